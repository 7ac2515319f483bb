package dev.millrace.worker.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.serde.RecordSerdes;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class SettlementTest {
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
    private final Settlement settlement =
            new Settlement(
                    new Outbox(producer, RecordSerdes.builtIn().serializer()),
                    TestLog.CLOCK,
                    () -> false);

    @Test
    void parts_of_which_one_is_lost_are_all_sent_again_in_their_order() {
        settlement.add(List.of(part("0"), part("1"), part("2")));
        producer.completeNext();
        producer.errorNext(new TimeoutException("the log was away"));
        producer.completeNext();

        CompletableFuture<Boolean> settled = settle();
        for (int part = 0; part < 3; part++) {
            assertThat(settled).isNotDone();
            await().until(producer::completeNext);
        }

        assertThat(settled).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
        assertThat(producer.history())
                .extracting(record -> new String(record.value(), UTF_8))
                .containsExactly("0", "1", "2", "0", "1", "2");
    }

    @Test
    void a_dispatch_is_settled_only_when_every_part_is_acknowledged() {
        settlement.add(List.of(part("0"), part("1")));
        producer.completeNext();
        CompletableFuture<Boolean> settled = settle();
        assertThat(settled).isNotDone();

        producer.completeNext();

        assertThat(settled).succeedsWithin(Duration.ofSeconds(10)).isEqualTo(true);
        assertThat(producer.history()).hasSize(2);
    }

    private CompletableFuture<Boolean> settle() {
        return CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return settlement.settle(SettlementTest::part);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                Executors.newVirtualThreadPerTaskExecutor());
    }

    private static ProducerRecord<String, byte[]> part(String body) {
        return new ProducerRecord<>("completions", "id", body.getBytes(UTF_8));
    }
}
