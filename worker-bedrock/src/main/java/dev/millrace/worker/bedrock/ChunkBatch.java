package dev.millrace.worker.bedrock;

import dev.millrace.worker.provider.ReplySink;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Groups chunks on their way to the client, as the OpenAI dialect does: nothing leaves before the
/// first content, so that a stream which fails before it can still go elsewhere; the first content
/// leaves at once, later chunks at most every 20 ms.
final class ChunkBatch {
    private static final Duration SPACING = Duration.ofMillis(20);
    private static final int LARGEST = 64 * 1024;

    private final ReplySink sink;
    private final InstantSource clock;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream(512);
    private Instant lastSent = Instant.MIN;
    private boolean content;

    ChunkBatch(ReplySink sink, InstantSource clock) {
        this.sink = sink;
        this.clock = clock;
    }

    /// @param carriesContent whether the chunk is one that the client would show
    void add(byte[] chunk, boolean carriesContent) {
        waiting.writeBytes(chunk);
        waiting.write('\n');
        content |= carriesContent;
    }

    void sendIfDue() {
        if (isWaiting() && (waiting.size() >= LARGEST || untilDue().isZero())) {
            flush();
        }
    }

    /// Sends what waits, if there is content in it.
    void flushContent() {
        if (content) {
            flush();
        }
    }

    /// Sends what waits, whatever it is.
    void flush() {
        if (waiting.size() > 0) {
            byte[] chunks = waiting.toByteArray();
            waiting.reset();
            lastSent = clock.instant();
            sink.send(chunks);
        }
    }

    /// Whether chunks wait for nothing but time.
    boolean isWaiting() {
        return content && waiting.size() > 0;
    }

    /// How long until what waits is sent.
    Duration untilDue() {
        if (!hasSent()) {
            return Duration.ZERO;
        }
        Duration left = SPACING.minus(Duration.between(lastSent, clock.instant()));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /// Whether anything is on its way to the client.
    boolean hasSent() {
        return !lastSent.equals(Instant.MIN);
    }
}
