package dev.millrace.topics;

import dev.millrace.schemas.PoolStatus;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.schemas.ServiceStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the other services, every [#INTERVAL], that an instance is alive; and, with a tombstone,
/// that it stopped. Thread-safe.
public final class Heartbeat implements AutoCloseable {

    /// Readers take an instance for dead when they have missed three.
    public static final Duration INTERVAL = Duration.ofSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

    private final Topic<ServiceStatus> topic;
    private final Producer<String, byte[]> producer;
    private final Serializer<ServiceStatus> serializer;
    private final String instance;
    private final ServiceRole role;
    private final InstantSource clock;
    private final Instant startedAt;
    private final BooleanSupplier alive;
    private final LongSupplier configVersion;
    private final Supplier<List<PoolStatus>> pools;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("heartbeat").daemon().factory());

    private Heartbeat(
            KafkaLog log,
            String instance,
            ServiceRole role,
            InstantSource clock,
            BooleanSupplier alive,
            LongSupplier configVersion,
            Supplier<List<PoolStatus>> pools) {
        this.topic = log.topics().poolStatus();
        this.producer = log.producer("heartbeat-" + instance, Map.of("max.block.ms", 5_000));
        this.serializer = log.serdes().serializer();
        this.instance = instance;
        this.role = role;
        this.clock = clock;
        this.startedAt = clock.instant();
        this.alive = alive;
        this.configVersion = configVersion;
        this.pools = pools;
    }

    /// Starts to beat, the first time as soon as `alive` says so.
    ///
    /// @param instance the instance's name, unique in the cluster
    /// @param alive whether the instance does its work; while it does not, nothing is sent
    /// @param configVersion the configuration snapshot that the instance has applied
    /// @param pools a worker's pools; empty for the other roles
    public static Heartbeat start(
            KafkaLog log,
            String instance,
            ServiceRole role,
            InstantSource clock,
            BooleanSupplier alive,
            LongSupplier configVersion,
            Supplier<List<PoolStatus>> pools) {
        Heartbeat heartbeat =
                new Heartbeat(log, instance, role, clock, alive, configVersion, pools);
        heartbeat.timer.execute(heartbeat::awaitFirst);
        return heartbeat;
    }

    /// Sends one now, because something changed.
    public void beat() {
        timer.execute(this::sendQuietly);
    }

    /// Sends one now and returns the offset that the log gave it. Offsets of the topic's one
    /// partition grow whoever writes them, which makes each a fence: whoever got a later one came
    /// later.
    ///
    /// @throws KafkaException if the log does not take it
    public long beatAndAwait() throws InterruptedException {
        try {
            return send(status()).get().offset();
        } catch (ExecutionException e) {
            throw new KafkaException("the heartbeat was not written", e.getCause());
        }
    }

    /// Says that the instance has stopped, and stops beating.
    @Override
    public void close() {
        timer.shutdownNow();
        try {
            send(null);
        } catch (KafkaException e) {
            LOG.warn(
                    "event=tombstone_not_sent instance={} reason=\"{}\"", instance, e.getMessage());
        }
        producer.close(Duration.ofSeconds(2));
        serializer.close();
    }

    private void awaitFirst() {
        if (alive.getAsBoolean()) {
            sendQuietly();
            timer.scheduleWithFixedDelay(
                    this::sendIfAlive,
                    INTERVAL.toMillis(),
                    INTERVAL.toMillis(),
                    TimeUnit.MILLISECONDS);
        } else {
            timer.schedule(this::awaitFirst, 50, TimeUnit.MILLISECONDS);
        }
    }

    private void sendIfAlive() {
        if (alive.getAsBoolean()) {
            sendQuietly();
        }
    }

    private void sendQuietly() {
        try {
            send(status());
        } catch (KafkaException e) {
            warn(e);
        }
    }

    private void warn(Exception e) {
        LOG.warn("event=heartbeat_not_sent instance={} reason=\"{}\"", instance, e.getMessage());
    }

    private Future<RecordMetadata> send(@Nullable ServiceStatus status) {
        byte[] value = status == null ? null : serializer.serialize(topic.name(), status);
        return producer.send(
                new ProducerRecord<>(topic.name(), instance, value),
                (_, e) -> {
                    if (e != null) {
                        warn(e);
                    }
                });
    }

    private ServiceStatus status() {
        return ServiceStatus.newBuilder()
                .setInstance(instance)
                .setRole(role)
                .setStartedAt(startedAt)
                .setSentAt(clock.instant())
                .setConfigVersion(configVersion.getAsLong())
                .setPools(pools.get())
                .build();
    }
}
