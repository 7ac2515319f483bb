package dev.millrace.accounting;

import dev.millrace.accounting.stream.Prices;
import dev.millrace.configuration.prices.PriceList;
import dev.millrace.configuration.snapshot.ConfigurationFollower;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.topics.KafkaLog;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The prices of the configuration in force. An attempt may name a configuration that has not come
/// here yet; its price is then waited for, but no version is waited for twice. Thread-safe.
final class FollowedPrices implements Prices, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FollowedPrices.class);
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final ConfigurationFollower configuration;
    private volatile long givenUp;

    private FollowedPrices(ConfigurationFollower configuration) {
        this.configuration = configuration;
    }

    /// Starts to follow, and returns when everything that the log held at the start is applied.
    ///
    /// @throws KafkaException if the log does not answer in time
    static FollowedPrices start(KafkaLog log, Duration patience) throws InterruptedException {
        ConfigurationFollower configuration = ConfigurationFollower.start(log);
        try {
            configuration.caughtUp().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            configuration.close();
            throw new KafkaException("accounting cannot read the configuration", e);
        }
        FollowedPrices prices = new FollowedPrices(configuration);
        configuration.onChange(snapshot -> prices.wake());
        return prices;
    }

    @Override
    public PriceList atLeast(long configVersion) {
        Snapshot snapshot = configuration.current();
        if (snapshot.version() < configVersion && configVersion > givenUp) {
            snapshot = await(configVersion);
        }
        return snapshot.configuration().prices();
    }

    @Override
    public PriceList inForce() {
        return configuration.current().configuration().prices();
    }

    /// The version of the configuration in force.
    long version() {
        return configuration.current().version();
    }

    @Override
    public void close() {
        configuration.close();
    }

    private synchronized void wake() {
        notifyAll();
    }

    private synchronized Snapshot await(long version) {
        long end = System.nanoTime() + WAIT.toNanos();
        try {
            while (configuration.current().version() < version) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    givenUp = Math.max(givenUp, version);
                    LOG.warn(
                            "event=configuration_behind version={} wanted={}",
                            configuration.current().version(),
                            version);
                    break;
                }
                TimeUnit.NANOSECONDS.timedWait(this, left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return configuration.current();
    }
}
