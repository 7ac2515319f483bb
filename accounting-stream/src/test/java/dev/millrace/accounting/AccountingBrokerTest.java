package dev.millrace.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.snapshot.ConfigurationFollower;
import dev.millrace.configuration.snapshot.ConfigurationPublisher;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Rebuild;
import dev.millrace.schemas.RebuildPhase;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import dev.millrace.topology.BrokerLog;
import dev.millrace.topology.StoreFiles;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The whole service on a real broker.
class AccountingBrokerTest {

    private static final String CONFIGURATION =
            """
            providers:
              - { name: one, kind: openai-compatible, base-url: "http://127.0.0.1:1/v1" }
            prices:
              - { provider: one, model: small, input: 1, output: 2, per: 1000000 }
            """;
    private static final Map<String, String> COMMITTED =
            Map.of("isolation.level", "read_committed");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 100;
    private static final int ALL = 3 * ATTEMPTS;
    private static final int ROUNDS = 4;

    private static final TopicLayout LAYOUT = TopicLayout.embedded(1 << 26);

    @TempDir Path data;

    private final List<Charge> charges = new CopyOnWriteArrayList<>();
    private final Map<String, Cost> hours = new ConcurrentHashMap<>();
    private final Set<ServiceRole> alive = ConcurrentHashMap.newKeySet();
    private final Instant hour = InstantSource.system().instant().truncatedTo(ChronoUnit.HOURS);
    private final List<AutoCloseable> open = new ArrayList<>();
    private KafkaLog log;
    private ConfigurationPublisher publisher;
    private ConfigurationFollower configuration;

    @BeforeEach
    void startBroker() throws Exception {
        BrokerLog broker = opened(BrokerLog.start(data.resolve("kafka"), LAYOUT));
        log = broker.log();
        Topics topics = log.topics();
        publisher = new ConfigurationPublisher(log, InstantSource.system());
        publisher.publish(CONFIGURATION, Snapshot.NONE, "test");
        configuration = opened(ConfigurationFollower.start(log));
        opened(broker.follow(topics.charges(), COMMITTED, (key, charge) -> charges.add(charge)));
        opened(broker.follow(topics.hourlyCosts(), COMMITTED, hours::put));
        opened(
                broker.follow(
                        topics.poolStatus(),
                        COMMITTED,
                        (key, status) -> alive.add(status.getRole())));
    }

    @AfterEach
    void stopBroker() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    @Test
    void attempts_are_charged_once_also_by_an_instance_that_takes_over_or_whose_files_are_damaged()
            throws Exception {
        List<Attempt> attempts = attempts(0, hour);
        // Given an instance that has charged attempts, each of which came twice
        try (Accounting _ = start("accounting-1")) {
            send(attempts);
            send(attempts);
            awaitCharges(ATTEMPTS);
            await().atMost(PATIENCE).until(() -> alive.contains(ServiceRole.ACCOUNTING));
        }

        // When another one, without its files, takes over, and everything comes once more
        try (Accounting _ = start("accounting-2")) {
            send(attempts);
            send(attempts(ATTEMPTS, hour));
            awaitCharges(2 * ATTEMPTS);
            await().atMost(PATIENCE).until(() -> requests() >= 2 * ATTEMPTS);
        }

        // And when its files are damaged while it is stopped, and everything comes again
        StoreFiles.damage(data.resolve("accounting-2"));
        try (Accounting _ = start("accounting-2")) {
            send(attempts);
            send(attempts(2 * ATTEMPTS, hour));
            awaitCharges(ALL);
            await().atMost(PATIENCE).until(() -> requests() >= ALL);
        }

        // Then each attempt has one charge, and the sums are those of the charges
        assertThat(charges).hasSize(ALL);
        assertThat(charges).extracting(Charge::getAttemptId).doesNotHaveDuplicates();
        assertSums(ALL, "0.0002");
    }

    @Test
    void a_corrected_price_replaces_each_charge_once_also_by_an_instance_that_takes_over()
            throws Exception {
        // Given charges, of which an instance has replaced some by those at another price
        await().atMost(PATIENCE).until(() -> configuration.current().version() == 1);
        try (Accounting _ = start("accounting-1")) {
            send(attempts(0, hour));
            awaitCharges(ATTEMPTS);
            publisher.publish(
                    CONFIGURATION.replace("input: 1,", "input: 3,"),
                    configuration.current(),
                    "test");
            awaitCharges(ATTEMPTS + 1);
        }

        // When another one takes over
        try (Accounting _ = start("accounting-2")) {
            awaitCharges(3 * ATTEMPTS);
            send(attempts(ATTEMPTS, hour));
            awaitCharges(4 * ATTEMPTS);
            await().atMost(PATIENCE).until(() -> requests() >= 2 * ATTEMPTS);
        }

        // Then each was taken back once and charged anew once
        assertThat(charges).hasSize(4 * ATTEMPTS);
        assertThat(charges)
                .filteredOn(charge -> charge.getKind() == ChargeKind.REVERSAL)
                .hasSize(ATTEMPTS)
                .extracting(Charge::getCorrects)
                .doesNotHaveDuplicates();
        assertSums(2 * ATTEMPTS, "0.0004");
    }

    @Test
    void instances_with_standbys_that_take_over_in_turn_charge_each_attempt_once()
            throws Exception {
        // Given two instances, each of which keeps a copy of the other's state
        List<Accounting> running = new ArrayList<>();
        try {
            running.add(start("accounting-1", 1));
            running.add(start("accounting-2", 1));
            List<Attempt> all = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                // When one stops and comes back with its files while attempts come, and all that
                // came before once more
                List<Attempt> more = attempts(round * ATTEMPTS, hour);
                send(more.subList(0, ATTEMPTS));
                int turn = round % 2;
                running.get(turn).close();
                send(all);
                send(more.subList(ATTEMPTS, more.size()));
                running.set(turn, start("accounting-" + (turn + 1), 1));
                all.addAll(more);
                send(all);
                awaitCharges((round + 1) * ATTEMPTS);
            }
            await().atMost(PATIENCE).until(() -> requests() >= ROUNDS * ATTEMPTS);
        } finally {
            for (Accounting one : running) {
                one.close();
            }
        }

        // Then each attempt has one charge, and the sums are those of the charges
        assertThat(charges).hasSize(ROUNDS * ATTEMPTS);
        assertThat(charges).extracting(Charge::getAttemptId).doesNotHaveDuplicates();
        assertSums(ROUNDS * ATTEMPTS, "0.0002");
    }

    @Test
    void a_rebuild_that_is_asked_for_reads_every_charge_once_while_more_come() throws Exception {
        // Given charges, and a rebuild that is asked for among them
        Map<UUID, List<Rebuild>> finished = new ConcurrentHashMap<>();
        opened(
                TopicFollower.start(
                        log,
                        log.topics().rebuilds(),
                        TopicFollower.From.BEGINNING,
                        COMMITTED,
                        (key, rebuild, offset, time) -> {
                            if (rebuild != null && rebuild.getPhase() == RebuildPhase.FINISHED) {
                                finished.computeIfAbsent(
                                                rebuild.getRebuildId(),
                                                _ -> new CopyOnWriteArrayList<>())
                                        .add(rebuild);
                            }
                        }));
        UUID first = new UUID(0, 1);
        UUID second = new UUID(0, 2);
        try (Accounting _ = start("accounting-1")) {
            send(attempts(0, hour));
            awaitCharges(ATTEMPTS);
            ask(first);
            send(attempts(ATTEMPTS, hour));
            awaitCharges(2 * ATTEMPTS);
            awaitFinished(finished, first);
        }

        // When another instance, which has booked nothing yet, is asked too
        try (Accounting _ = start("accounting-2")) {
            ask(second);
            awaitFinished(finished, second);
        }

        // Then nothing differed, and the second one read everything
        assertThat(finished.values().stream().flatMap(List::stream))
                .allSatisfy(rebuild -> assertThat(rebuild.getChanged()).isZero());
        assertThat(
                        finished.getOrDefault(second, List.of()).stream()
                                .mapToLong(Rebuild::getCharges)
                                .sum())
                .isEqualTo(2 * ATTEMPTS);
        assertSums(2 * ATTEMPTS, "0.0002");
    }

    private void ask(UUID id) throws Exception {
        Rebuild wish =
                Rebuild.newBuilder()
                        .setRebuildId(id)
                        .setPhase(RebuildPhase.REQUESTED)
                        .setApply(true)
                        .setRequestedAt(InstantSource.system().instant())
                        .setAuthor("test")
                        .build();
        String topic = log.topics().rebuilds().name();
        try (Producer<String, byte[]> producer = log.producer("test", Map.of());
                Serializer<Rebuild> serializer = log.serdes().serializer()) {
            byte[] value = serializer.serialize(topic, wish);
            producer.send(new ProducerRecord<>(topic, id.toString(), value)).get();
        }
    }

    private static void awaitFinished(Map<UUID, List<Rebuild>> finished, UUID id) {
        await().atMost(PATIENCE)
                .until(() -> finished.getOrDefault(id, List.of()).size() == LAYOUT.partitions());
    }

    private void awaitCharges(int count) {
        await().atMost(PATIENCE).until(() -> charges.size() >= count);
    }

    /// Charges and sums come to what the attempts cost, each the same.
    private void assertSums(int attempts, String each) {
        BigDecimal expected = new BigDecimal(each).multiply(BigDecimal.valueOf(attempts));
        assertThat(charges).extracting(Charge::getChargeId).doesNotHaveDuplicates();
        assertThat(sum(charges.stream().map(Charge::getAmount).toList()))
                .isEqualByComparingTo(expected);
        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(sum(hours.values().stream().map(Cost::getAmount).toList()))
                                .isEqualByComparingTo(expected));
        assertThat(requests()).isEqualTo(attempts);
    }

    private <T extends AutoCloseable> T opened(T one) {
        open.add(one);
        return one;
    }

    private Accounting start(String instance) throws InterruptedException {
        return start(instance, 0);
    }

    private Accounting start(String instance, int standbys) throws InterruptedException {
        return Accounting.start(
                log,
                AccountingSettings.of(instance, data.resolve(instance)).withStandbys(standbys),
                InstantSource.system());
    }

    private long requests() {
        return hours.values().stream().mapToLong(Cost::getRequests).sum();
    }

    private static BigDecimal sum(List<BigDecimal> amounts) {
        return amounts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private List<Attempt> attempts(int first, Instant hour) {
        return ManyAttempts.of(first, ATTEMPTS, hour);
    }

    private void send(List<Attempt> attempts) throws Exception {
        Topic<Attempt> topic = log.topics().attempts();
        try (Producer<String, byte[]> producer = log.producer("test", Map.of());
                Serializer<Attempt> serializer = log.serdes().serializer()) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (Attempt attempt : attempts) {
                byte[] value = serializer.serialize(topic.name(), attempt);
                sent.add(
                        producer.send(
                                new ProducerRecord<>(topic.name(), attempt.getTenant(), value)));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        }
    }
}
