package dev.millrace.accounting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.accounting.stream.ChargeHistory.Booked;
import dev.millrace.accounting.stream.ChargeHistory.Progress;
import dev.millrace.accounting.stream.ChargeHistory.Reading;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Usage;
import dev.millrace.schemas.UsageSource;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topology.BrokerLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChargeTopicHistoryTest {

    private static final int PARTITION = 0;
    private static final int EMPTY_PARTITION = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir static Path data;

    private static BrokerLog broker;
    private static KafkaLog log;

    private final Instant now = InstantSource.system().instant();
    private final String tenant = UUID.randomUUID().toString();

    @BeforeAll
    static void start() throws Exception {
        broker =
                BrokerLog.start(
                        data, new TopicLayout("llm.", 2, 1, (short) 1, 1, 1 << 20, 1L << 26));
        log = broker.log();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void charges_that_stand_are_handed_out_in_order() throws Exception {
        Charge taken = charge();
        Charge first = charge();
        Charge second = charge();
        write(taken, first, reversal(taken), second);

        try (Reading reading = read(null)) {
            assertThat(all(reading)).containsExactly(first, second);
            assertThat(reading.progress()).isEqualTo(Progress.COMPLETE);
        }
    }

    @Test
    void what_ended_long_before_is_not_read() throws Exception {
        write(charge());

        try (Reading reading =
                new ChargeTopicHistory(log)
                        .read(PARTITION, now.plus(Duration.ofDays(1)), null, this::isMine)) {
            assertThat(all(reading)).isEmpty();
        }
    }

    @Test
    void a_charge_on_its_way_to_the_log_is_waited_for() throws Exception {
        Charge standing = charge();
        Charge last = charge();
        write(standing);

        // Given a reading that a charge is announced to, and one of what the log has already
        try (Reading reading = read(new Booked(last.getChargeId(), now));
                Reading other = read(null)) {
            assertThat(all(other)).containsExactly(standing);
            assertThat(reading.progress()).isEqualTo(Progress.UNDER_WAY);

            // When the log has taken it
            write(last, reversal(standing));

            // Then it is handed out too
            assertThat(all(reading)).contains(last);
        }
    }

    @Test
    void a_charge_in_an_open_transaction_is_waited_for_where_there_is_no_other() throws Exception {
        Charge charge = charge();
        try (Producer<String, byte[]> producer =
                        log.producer("test", Map.of("transactional.id", "accounting"));
                Serializer<Charge> serializer = log.serdes().serializer()) {
            String topic = log.topics().charges().name();
            producer.initTransactions();
            producer.beginTransaction();
            byte[] value = serializer.serialize(topic, charge);
            producer.send(new ProducerRecord<>(topic, EMPTY_PARTITION, tenant, value)).get();

            try (Reading reading = read(EMPTY_PARTITION, null);
                    Reading other = read(PARTITION, null)) {
                assertThat(all(other)).isEmpty();
                assertThat(reading.progress()).isEqualTo(Progress.UNDER_WAY);
                producer.commitTransaction();

                assertThat(all(reading)).containsExactly(charge);
            }
        }
    }

    @Test
    void a_reading_that_waits_can_be_closed() {
        Reading reading = read(new Booked(UUID.randomUUID(), now));

        reading.close();

        assertThat(reading.progress()).isEqualTo(Progress.UNDER_WAY);
    }

    private Reading read(@Nullable Booked last) {
        return read(PARTITION, last);
    }

    private Reading read(int partition, @Nullable Booked last) {
        return new ChargeTopicHistory(log)
                .read(partition, now.minus(Duration.ofDays(1)), last, this::isMine);
    }

    private boolean isMine(Charge charge) {
        return charge.getTenant().equals(tenant);
    }

    private static List<Charge> all(Reading reading) {
        List<Charge> all = new ArrayList<>();
        await().atMost(PATIENCE)
                .until(() -> {
                    all.addAll(reading.next(1));
                    return reading.progress() == Progress.COMPLETE;
                });
        return all;
    }

    private void write(Charge... charges) throws Exception {
        String topic = log.topics().charges().name();
        try (Producer<String, byte[]> producer = log.producer("test", Map.of());
                Serializer<Charge> serializer = log.serdes().serializer()) {
            for (Charge charge : charges) {
                byte[] value = serializer.serialize(topic, charge);
                producer.send(new ProducerRecord<>(topic, PARTITION, tenant, value)).get();
            }
        }
    }

    private static Charge reversal(Charge charge) {
        return Charge.newBuilder(charge)
                .setChargeId(UUID.randomUUID())
                .setKind(ChargeKind.REVERSAL)
                .setCorrects(charge.getChargeId())
                .build();
    }

    private Charge charge() {
        return Charge.newBuilder()
                .setChargeId(UUID.randomUUID())
                .setKind(ChargeKind.CHARGE)
                .setAttemptId(UUID.randomUUID())
                .setRequestId(UUID.randomUUID())
                .setTenant(tenant)
                .setProvider("one")
                .setUpstreamModel("small")
                .setAskedModel("small")
                .setRoute("listed by one")
                .setHop(0)
                .setOutcome(AttemptOutcome.COMPLETED)
                .setUsage(
                        Usage.newBuilder()
                                .setInputTokens(1)
                                .setOutputTokens(1)
                                .setSource(UsageSource.PROVIDER)
                                .build())
                .setStartedAt(now)
                .setEndedAt(now)
                .build();
    }
}
