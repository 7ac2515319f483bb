package dev.millrace.worker.transport;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/// Hands the pieces of a body from the event loop to the thread that waits for them. Asks for a few
/// in advance, so that a client that reads slowly slows the upstream down instead of filling
/// memory.
final class BodyPieces implements Subscriber<byte[]> {
    private static final int AHEAD = 8;

    private sealed interface Signal {}

    private record Piece(byte[] bytes) implements Signal {}

    private record End() implements Signal {}

    private record Broken(Throwable cause) implements Signal {}

    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private volatile @Nullable Subscription subscription;

    @Override
    public void onSubscribe(Subscription s) {
        subscription = s;
        s.request(AHEAD);
    }

    @Override
    public void onNext(byte[] bytes) {
        signals.add(new Piece(bytes));
    }

    @Override
    public void onError(Throwable cause) {
        signals.add(new Broken(cause));
    }

    @Override
    public void onComplete() {
        signals.add(new End());
    }

    void cancel() {
        Subscription active = subscription;
        if (active != null) {
            active.cancel();
        }
    }

    byte @Nullable [] take(Duration limit) throws UpstreamFailure, InterruptedException {
        Signal signal = signals.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
        return switch (signal) {
            case null -> throw new UpstreamFailure(UpstreamFailure.Kind.TIMED_OUT, "no data");
            case Piece piece -> {
                Subscription active = subscription;
                if (active != null) {
                    active.request(1);
                }
                yield piece.bytes();
            }
            case End end -> {
                signals.add(end);
                yield null;
            }
            case Broken broken -> {
                signals.add(broken);
                throw Failures.of(broken.cause());
            }
        };
    }
}
