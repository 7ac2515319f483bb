package dev.millrace.ingress.http;

import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.json.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/// Server-sent events, written one after the other by the thread that answers the request. Each
/// event goes out at once; while the client takes none, the writer waits.
final class EventStream {

    private static final byte[] PREFIX = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RESET =
            "event: reset\ndata: {\"object\":\"stream.reset\"}\n\n"
                    .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] COMMENT = ": waiting\n\n".getBytes(StandardCharsets.US_ASCII);

    private final Call call;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition demanded = lock.newCondition();
    private @Nullable FluxSink<ByteBuffer> sink;

    EventStream(Call call) {
        this.call = call;
    }

    /// What the connection subscribes to, once.
    Flux<ByteBuffer> events() {
        return Flux.create(subscribed -> {
            subscribed.onRequest(n -> signal(subscribed));
            signal(subscribed);
        });
    }

    /// Sends JSON texts, each followed by a line feed, as one event each.
    ///
    /// @throws InterruptedException if the client has gone
    void chunks(ByteBuffer lines) throws InterruptedException {
        ByteBuffer events = events(lines);
        if (events.hasRemaining()) {
            write(events);
        }
    }

    /// Sends a comment, which clients pass over, so that nobody on the way closes the connection.
    ///
    /// @throws InterruptedException if the client has gone
    void comment() throws InterruptedException {
        write(ByteBuffer.wrap(COMMENT));
    }

    /// Says that what was sent is void, and that the stream starts again from the beginning.
    ///
    /// @throws InterruptedException if the client has gone
    void reset() throws InterruptedException {
        write(ByteBuffer.wrap(RESET));
    }

    /// Ends the stream as OpenAI's API does.
    ///
    /// @throws InterruptedException if the client has gone
    void done() throws InterruptedException {
        finish(ByteBuffer.wrap(DONE));
    }

    /// Ends the stream with an error.
    ///
    /// @throws InterruptedException if the client has gone
    void fail(Refusal refusal) throws InterruptedException {
        byte[] error = JsonText.error(refusal, call.id().toString());
        ByteBuffer event = ByteBuffer.allocate(PREFIX.length + error.length + 2);
        finish(event.put(PREFIX).put(error).put((byte) '\n').put((byte) '\n').flip());
    }

    private void write(ByteBuffer event) throws InterruptedException {
        ready().next(event);
    }

    private void finish(ByteBuffer event) throws InterruptedException {
        FluxSink<ByteBuffer> last = ready();
        call.answered();
        last.next(event);
        last.complete();
    }

    private FluxSink<ByteBuffer> ready() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (sink == null || sink.requestedFromDownstream() == 0) {
                demanded.await();
            }
            return sink;
        } finally {
            lock.unlock();
        }
    }

    private void signal(FluxSink<ByteBuffer> subscribed) {
        lock.lock();
        try {
            sink = subscribed;
            demanded.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// `{…}\n{…}\n` becomes `data: {…}\n\ndata: {…}\n\n`, in one buffer.
    private static ByteBuffer events(ByteBuffer lines) {
        int count = 1;
        for (int i = lines.position(); i < lines.limit(); i++) {
            if (lines.get(i) == '\n') {
                count++;
            }
        }
        ByteBuffer events = ByteBuffer.allocate(lines.remaining() + count * (PREFIX.length + 2));
        int start = lines.position();
        for (int i = start; i <= lines.limit(); i++) {
            if (i == lines.limit() || lines.get(i) == '\n') {
                if (i > start) {
                    events.put(PREFIX)
                            .put(lines.slice(start, i - start))
                            .put((byte) '\n')
                            .put((byte) '\n');
                }
                start = i + 1;
            }
        }
        return events.flip();
    }
}
