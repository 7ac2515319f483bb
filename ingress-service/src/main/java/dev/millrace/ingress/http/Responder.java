package dev.millrace.ingress.http;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// The client's end of one request, for the thread that answers it: one whole answer, or a stream
/// of events.
final class Responder {

    private final Call call;
    private final MonoSink<ServerResponse> sink;
    private boolean started;

    Responder(Call call, MonoSink<ServerResponse> sink) {
        this.call = call;
        this.sink = sink;
    }

    /// Whether something has been sent, so that an error can no longer have a status.
    boolean started() {
        return started;
    }

    /// Sends a whole answer.
    void send(Answer answer) {
        started = true;
        call.answered();
        ServerResponse.BodyBuilder response =
                ServerResponse.status(HttpStatusCode.valueOf(answer.status()))
                        .headers(headers -> headers.addAll(answer.headers()))
                        .contentLength(answer.body().remaining());
        response.body((out, context) ->
                        out.writeWith(Mono.just(out.bufferFactory().wrap(answer.body()))))
                .subscribe(sink::success, sink::error);
    }

    /// Starts to answer with server-sent events.
    EventStream events(HttpHeaders headers) {
        started = true;
        EventStream stream = new EventStream(call);
        ServerResponse.ok()
                .headers(all -> all.addAll(headers))
                .contentType(MediaType.TEXT_EVENT_STREAM)
                .header(HttpHeaders.CACHE_CONTROL, "no-cache")
                .header("x-accel-buffering", "no")
                .body((out, context) ->
                        out.writeAndFlushWith(
                                stream.events()
                                        .map(event -> Mono.just(out.bufferFactory().wrap(event)))))
                .subscribe(sink::success, sink::error);
        return stream;
    }
}
