package dev.millrace.worker.bedrock;

import dev.millrace.worker.provider.UpstreamTrace;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamOutput;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponse;
import software.amazon.awssdk.services.bedrockruntime.model.ConverseStreamResponseHandler;

/// Hands the events of one stream from the SDK's threads to the one that reads it. At most a few
/// events wait: a reader that is slow slows Bedrock down.
final class EventFeed implements ConverseStreamResponseHandler {
    private static final int AHEAD = 16;

    /// What the SDK tells.
    sealed interface Signal {
        record Event(ConverseStreamOutput output) implements Signal {}

        record Failed(Throwable failure) implements Signal {}

        record Ended() implements Signal {}
    }

    private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private volatile @Nullable Subscription subscription;
    private volatile UpstreamTrace trace = UpstreamTrace.SILENCE;

    /// Follows the call: its end is the last signal, unless the SDK told of a failure before.
    void follow(CompletableFuture<Void> call) {
        var _ =
                call.whenComplete((_, failure) ->
                        signals.add(
                                failure == null ? new Signal.Ended() : new Signal.Failed(failure)));
    }

    /// The next signal; null if none came in time.
    @Nullable Signal next(Duration wait) throws InterruptedException {
        Signal signal = signals.poll(wait.toNanos(), TimeUnit.NANOSECONDS);
        Subscription source = subscription;
        if (signal instanceof Signal.Event && source != null) {
            source.request(1);
        }
        return signal;
    }

    UpstreamTrace trace() {
        return trace;
    }

    /// Stops the stream at its source.
    void cancel() {
        Subscription source = subscription;
        if (source != null) {
            source.cancel();
        }
    }

    @Override
    public void responseReceived(ConverseStreamResponse response) {
        trace = Traces.of(response);
    }

    @Override
    public void onEventStream(SdkPublisher<ConverseStreamOutput> events) {
        events.subscribe(
                new Subscriber<>() {
                    @Override
                    public void onSubscribe(Subscription source) {
                        subscription = source;
                        source.request(AHEAD);
                    }

                    @Override
                    public void onNext(ConverseStreamOutput output) {
                        signals.add(new Signal.Event(output));
                    }

                    @Override
                    public void onError(Throwable failure) {
                        signals.add(new Signal.Failed(failure));
                    }

                    @Override
                    public void onComplete() {
                        // The call's own end tells.
                    }
                });
    }

    @Override
    public void exceptionOccurred(Throwable failure) {
        signals.add(new Signal.Failed(failure));
    }

    @Override
    public void complete() {
        // The call's own end tells.
    }
}
