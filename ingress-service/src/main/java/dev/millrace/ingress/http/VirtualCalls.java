package dev.millrace.ingress.http;

import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// Runs each request's endpoint on a virtual thread of its own.
final class VirtualCalls {

    private static final Logger LOG = LoggerFactory.getLogger(VirtualCalls.class);

    private VirtualCalls() {}

    static Mono<ServerResponse> run(Call call, Endpoint endpoint) {
        return Mono.create(sink -> {
            Thread worker =
                    Thread.ofVirtual().name("call").unstarted(() -> answer(call, endpoint, sink));
            call.worker(worker);
            worker.start();
        });
    }

    private static void answer(Call call, Endpoint endpoint, MonoSink<ServerResponse> sink) {
        Responder to = new Responder(call, sink);
        try {
            endpoint.handle(call, to);
        } catch (Refused e) {
            to.send(Answer.refusal(e.refusal(), call.id()));
        } catch (InterruptedException _) {
            LOG.debug("request_id={} event=client_gone", call.id());
        } catch (RuntimeException | Error e) {
            LOG.error("request_id={} event=request_failed_inside", call.id(), e);
            if (to.started()) {
                sink.error(e);
            } else {
                to.send(Answer.refusal(Refusal.internal(), call.id()));
            }
        }
    }
}
