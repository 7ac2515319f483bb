package dev.millrace.ingress.http;

import dev.millrace.ingress.intake.HeapBudget;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/// Reads request bodies, up to a limit. What exceeds it is read and dropped, so that the client,
/// which may write its whole body before it reads, gets to see the answer.
final class BodyIntake {

    private final long limit;

    /// @param limit in bytes
    BodyIntake(long limit) {
        this.limit = limit;
    }

    /// Refuses a body by what the headers say of it.
    void checkHeaders(ServerRequest.Headers headers) throws Refused {
        long declared = headers.contentLength().orElse(0);
        if (declared > limit) {
            throw new Refused(Refusal.tooLarge(limit));
        }
        String encoding = headers.firstHeader("content-encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new Refused(
                    Refusal.unsupportedMedia("Compressed request bodies are not supported."));
        }
        String type = headers.firstHeader("content-type");
        if (type != null && !type.toLowerCase(Locale.ROOT).contains("json")) {
            throw new Refused(
                    Refusal.unsupportedMedia("The request body must be application/json."));
        }
    }

    /// Reads a body into one array. Fails with [Refused], or however the connection failed.
    Mono<byte[]> read(ServerRequest request, HeapBudget.Reservation reservation) {
        return Mono.create(sink ->
                request.exchange()
                        .getRequest()
                        .getBody()
                        .subscribe(new Collector(sink, reservation)));
    }

    /// Answers a request whose body is not wanted. The body is read and dropped all the same: one
    /// that still comes in when the answer has gone would keep the connection's next request
    /// waiting.
    <T> Mono<T> refuse(ServerRequest request, Refused why) {
        return Mono.create(sink -> {
            request.exchange()
                    .getRequest()
                    .getBody()
                    .subscribe(DataBufferUtils::release, failure -> {});
            sink.error(why);
        });
    }

    private final class Collector extends BaseSubscriber<DataBuffer> {

        private final MonoSink<byte[]> sink;
        private final HeapBudget.Reservation reservation;
        private final List<DataBuffer> buffers = new ArrayList<>(1);
        private long size;
        private boolean refused;

        Collector(MonoSink<byte[]> sink, HeapBudget.Reservation reservation) {
            this.sink = sink;
            this.reservation = reservation;
            sink.onCancel(this);
        }

        @Override
        protected void hookOnNext(DataBuffer buffer) {
            size += buffer.readableByteCount();
            buffers.add(buffer);
            if (refused) {
                release();
                return;
            }
            try {
                if (size > limit) {
                    throw new Refused(Refusal.tooLarge(limit));
                }
                reservation.grow(buffer.readableByteCount());
            } catch (Refused e) {
                refused = true;
                release();
                sink.error(e);
            }
        }

        @Override
        protected void hookOnComplete() {
            if (refused) {
                return;
            }
            byte[] body = new byte[Math.toIntExact(Math.min(size, limit))];
            int at = 0;
            for (DataBuffer buffer : buffers) {
                int length = buffer.readableByteCount();
                buffer.read(body, at, length);
                at += length;
            }
            release();
            sink.success(body);
        }

        @Override
        protected void hookOnError(Throwable failure) {
            release();
            sink.error(failure);
        }

        @Override
        protected void hookOnCancel() {
            release();
        }

        private void release() {
            buffers.forEach(DataBufferUtils::release);
            buffers.clear();
        }
    }
}
