package dev.millrace.worker.canonical;

import dev.millrace.worker.provider.ReplySink;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/// Groups the chunks of a stream on their way to the client. Nothing leaves before the first
/// content, so that a stream which fails before it can still go elsewhere; the first content leaves
/// at once; later chunks leave at most every 20 ms, as many as there are. For one thread.
public final class ChunkBatch {
    private static final Duration SPACING = Duration.ofMillis(20);
    private static final int LARGEST = 64 * 1024;

    private final ReplySink sink;
    private final InstantSource clock;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream(512);
    private Instant lastSent = Instant.MIN;
    private boolean content;

    /// @param sink takes the chunks, each followed by a line feed
    /// @param clock tells when the next may leave
    public ChunkBatch(ReplySink sink, InstantSource clock) {
        this.sink = sink;
        this.clock = clock;
    }

    /// Adds a chunk to those that wait.
    ///
    /// @param chunk JSON without a line feed
    /// @param carriesContent whether the chunk is one that the client would show
    public void add(byte[] chunk, boolean carriesContent) {
        waiting.write(chunk, 0, chunk.length);
        waiting.write('\n');
        content |= carriesContent;
    }

    /// Sends what waits, if it is time.
    public void sendIfDue() {
        if (isWaiting() && (waiting.size() >= LARGEST || untilDue().isZero())) {
            send();
        }
    }

    /// Sends what waits, if there is content in it.
    public void flushContent() {
        if (content) {
            flush();
        }
    }

    /// Sends what waits, whatever it is: the stream has come to its good end.
    public void flush() {
        if (waiting.size() > 0) {
            send();
        }
    }

    /// Whether chunks wait for nothing but time.
    public boolean isWaiting() {
        return content && waiting.size() > 0;
    }

    /// How long until what waits is sent.
    public Duration untilDue() {
        if (!hasSent()) {
            return Duration.ZERO;
        }
        Duration left = SPACING.minus(Duration.between(lastSent, clock.instant()));
        return left.isNegative() ? Duration.ZERO : left;
    }

    /// Whether anything is on its way to the client.
    public boolean hasSent() {
        return !lastSent.equals(Instant.MIN);
    }

    private void send() {
        byte[] chunks = waiting.toByteArray();
        waiting.reset();
        lastSent = clock.instant();
        sink.send(chunks);
    }
}
