package dev.millrace.ingress.kafka;

import dev.millrace.ingress.models.LiveServices;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.schemas.ServiceStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the other services every 3 s that this instance lives, and that it has stopped. Their
/// acknowledgements tell this instance that the log can be reached.
public final class Heartbeats implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeats.class);
    private static final Duration INTERVAL = Duration.ofSeconds(3);

    private final LogWriter writer;
    private final String instance;
    private final LongSupplier configVersion;
    private final InstantSource clock;
    private final Instant startedAt;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("ingress-heartbeat").daemon().factory());
    private volatile Instant acknowledgedAt = Instant.EPOCH;

    public Heartbeats(
            LogWriter writer, String instance, LongSupplier configVersion, InstantSource clock) {
        this.writer = writer;
        this.instance = instance;
        this.configVersion = configVersion;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    /// Whether the log has acknowledged a heartbeat lately.
    public boolean logReachable() {
        return acknowledgedAt.isAfter(clock.instant().minus(LiveServices.SILENCE_OF_THE_DEAD));
    }

    void start() {
        var _ =
                timer.scheduleAtFixedRate(
                        this::beat, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Stops, and says so.
    @Override
    public void close() {
        timer.shutdownNow();
        try {
            timer.awaitTermination(2, TimeUnit.SECONDS);
            writer.send(writer.record(writer.topics().poolStatus(), instance, null), failure -> {});
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (KafkaException e) {
            LOG.warn("event=farewell_not_sent reason=\"{}\"", e.toString());
        }
    }

    private void beat() {
        try {
            ServiceStatus status =
                    ServiceStatus.newBuilder()
                            .setInstance(instance)
                            .setRole(ServiceRole.INGRESS)
                            .setStartedAt(startedAt)
                            .setSentAt(clock.instant())
                            .setConfigVersion(configVersion.getAsLong())
                            .setPools(List.of())
                            .build();
            writer.send(
                    writer.record(writer.topics().poolStatus(), instance, status),
                    failure -> {
                        if (failure == null) {
                            acknowledgedAt = clock.instant();
                        }
                    });
        } catch (RuntimeException e) {
            LOG.warn("event=heartbeat_not_sent reason=\"{}\"", e.toString());
        }
    }
}
