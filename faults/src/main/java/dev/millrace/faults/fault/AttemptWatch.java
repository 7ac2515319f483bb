package dev.millrace.faults.fault;

import dev.millrace.faults.provider.CountingProvider;
import dev.millrace.faults.provider.ProviderCall;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicFollower.From;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Follows the attempts, so that a worker can be killed at a chosen point of one. Thread-safe.
public final class AttemptWatch implements AutoCloseable, CountingProvider.Listener {

    /// The points of an attempt.
    enum Moment {
        /// Its start is on the log, and the call is about to be made.
        STARTED,
        /// The provider has sent the first token, or is half through.
        UNDER_WAY,
        /// The provider's answer is on its way back.
        ANSWERED,
        /// The reply and the end are on the log, and the offset may not be committed.
        PUBLISHED
    }

    private record Wanted(String instance, Moment moment, CountDownLatch came) {}

    private final Map<String, String> instances = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Wanted> wanted = new AtomicReference<>();
    private final TopicFollower<Attempt> follower;
    private final CountingProvider provider;

    private AttemptWatch(KafkaLog log, CountingProvider provider) {
        this.provider = provider;
        this.follower =
                TopicFollower.start(
                        log,
                        log.topics().attempts(),
                        From.END,
                        Map.of(),
                        (key, attempt, offset, time) -> {
                            if (attempt != null) {
                                see(attempt);
                            }
                        });
    }

    public static AttemptWatch start(KafkaLog log, CountingProvider provider) {
        AttemptWatch watch = new AttemptWatch(log, provider);
        provider.addListener(watch);
        return watch;
    }

    /// Waits until an attempt of an instance comes to a point; at most so long.
    void await(String instance, Moment moment, Duration patience) throws InterruptedException {
        Wanted wish = new Wanted(instance, moment, new CountDownLatch(1));
        wanted.set(wish);
        var _ = wish.came().await(patience.toMillis(), TimeUnit.MILLISECONDS);
        wanted.set(null);
    }

    @Override
    public void underWay(ProviderCall call) {
        tell(instances.get(call.attemptId()), Moment.UNDER_WAY);
    }

    @Override
    public void answered(ProviderCall call) {
        tell(instances.get(call.attemptId()), Moment.ANSWERED);
    }

    @Override
    public void close() {
        provider.removeListener(this);
        follower.close();
    }

    private void see(Attempt attempt) {
        boolean start = attempt.getPhase() == AttemptPhase.STARTED;
        if (start) {
            instances.put(attempt.getAttemptId().toString(), attempt.getInstance());
        }
        tell(attempt.getInstance(), start ? Moment.STARTED : Moment.PUBLISHED);
    }

    private void tell(@Nullable String instance, Moment moment) {
        Wanted wish = wanted.get();
        if (wish != null && wish.instance().equals(instance) && wish.moment() == moment) {
            wish.came().countDown();
        }
    }
}
