package dev.millrace.accounting;

import dev.millrace.accounting.stream.Prices;
import dev.millrace.configuration.pricebook.PriceBook;
import dev.millrace.configuration.prices.PriceList;
import dev.millrace.configuration.snapshot.ConfigurationFollower;
import dev.millrace.topics.KafkaLog;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The prices in force: the configuration's, and those on the log beside it. An attempt may name a
/// configuration that has not come here yet; its price is then waited for, but no version is waited
/// for twice. Thread-safe.
final class FollowedPrices implements Prices, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FollowedPrices.class);
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final ConfigurationFollower configuration;
    private final PriceBook book;
    private volatile long givenUp;

    private FollowedPrices(ConfigurationFollower configuration, PriceBook book) {
        this.configuration = configuration;
        this.book = book;
    }

    /// Starts to follow, and returns when everything that the log held at the start is applied.
    ///
    /// @throws KafkaException if the log does not answer in time
    static FollowedPrices start(KafkaLog log, Duration patience) throws InterruptedException {
        ConfigurationFollower configuration = ConfigurationFollower.start(log);
        FollowedPrices prices =
                new FollowedPrices(configuration, PriceBook.start(log, configuration::current));
        try {
            CompletableFuture.allOf(configuration.caughtUp(), prices.book.caughtUp())
                    .get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            prices.close();
            throw new KafkaException("accounting cannot read the configuration and prices", e);
        }
        configuration.onChange(snapshot -> prices.wake());
        return prices;
    }

    @Override
    public PriceList atLeast(long configVersion) {
        if (version() < configVersion && configVersion > givenUp) {
            await(configVersion);
        }
        return inForce();
    }

    @Override
    public PriceList inForce() {
        return book.inForce();
    }

    /// The version of the configuration in force.
    long version() {
        return configuration.current().version();
    }

    @Override
    public void close() {
        book.close();
        configuration.close();
    }

    private synchronized void wake() {
        notifyAll();
    }

    private synchronized void await(long version) {
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
    }
}
