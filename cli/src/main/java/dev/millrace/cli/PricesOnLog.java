package dev.millrace.cli;

import dev.millrace.cli.prices.PriceChange;
import dev.millrace.configuration.Configuration;
import dev.millrace.configuration.Provider;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.pricebook.PriceBook;
import dev.millrace.configuration.pricebook.PricePublisher;
import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceList;
import dev.millrace.configuration.snapshot.ConfigurationFollower;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;

/// The prices as they stand on the log at one time, and the way to change them.
///
/// @param kafka where the log is
/// @param configuration in force
/// @param prices in force
/// @param entries on the log beside the configuration's, whether they count or not
record PricesOnLog(
        KafkaAccess kafka,
        Configuration configuration,
        PriceList prices,
        Collection<PriceEntry> entries) {

    /// Reads them.
    ///
    /// @throws CommandFailure if the log does not answer, or nothing was ever configured there
    static PricesOnLog read(KafkaAccess kafka) throws InterruptedException {
        String topic = kafka.log().topics().prices().name();
        try (var admin = kafka.admin()) {
            if (!kafka.await(admin.listTopics().names()).contains(topic)) {
                throw CommandFailure.of(
                        "there is no topic "
                                + topic
                                + ": nothing has run on this cluster that keeps prices");
            }
        }
        try (ConfigurationFollower configuration = ConfigurationFollower.start(kafka.log());
                PriceBook book = PriceBook.start(kafka.log(), configuration::current)) {
            CompletableFuture.allOf(configuration.caughtUp(), book.caughtUp())
                    .get(KafkaAccess.PATIENCE.toMillis() * 6, TimeUnit.MILLISECONDS);
            return new PricesOnLog(
                    kafka, configuration.current().configuration(), book.inForce(), book.entries());
        } catch (ExecutionException e) {
            throw kafka.failure(e.getCause());
        } catch (TimeoutException _) {
            throw CommandFailure.of(
                    "Kafka at " + kafka.address() + ": the prices cannot be read to their end");
        }
    }

    /// The names and kinds that an entry can be for.
    Set<String> owners() {
        return Stream.concat(
                        names().stream(),
                        Arrays.stream(ProviderKind.values()).map(ProviderKind::spelling))
                .collect(Collectors.toSet());
    }

    /// The names of the configured providers.
    Set<String> names() {
        return configuration.providers().stream().map(Provider::name).collect(Collectors.toSet());
    }

    String currency() {
        return configuration.defaults().currency();
    }

    /// Whether the configuration document says something else from the same time, which counts.
    boolean isOverruled(PriceChange change) {
        return change.isCorrection() && !entries.contains(change.before());
    }

    /// Changes the log's entries, all or none.
    ///
    /// @throws CommandFailure if that failed, or may have
    void change(
            Collection<PriceEntry> added,
            Collection<PriceEntry> removed,
            InstantSource clock,
            IntConsumer progress) {
        try {
            new PricePublisher(kafka.log(), clock).publish(added, removed, progress);
        } catch (KafkaException e) {
            throw kafka.failure(e);
        }
    }
}
