package dev.millrace.configuration.pricebook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceList;
import dev.millrace.configuration.prices.PriceTier;
import dev.millrace.configuration.prices.Rates;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schemas.Price;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PriceBookTest {

    private static final Instant JANUARY = Instant.parse("2026-01-01T00:00:00Z");
    private static final Snapshot CONFIGURATION =
            snapshot("prices: [ { provider: vllm, model: documented, input: 1 } ]\n");

    @TempDir Path data;

    @Test
    void entries_on_the_log_hold_beside_the_documents_until_they_are_corrected_or_removed()
            throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(data, 0)) {
            KafkaLog log =
                    new KafkaLog(
                            Map.of("bootstrap.servers", kafka.bootstrapServers()),
                            new Topics(TopicLayout.embedded(1 << 26)),
                            RecordSerdes.builtIn());
            try (Admin admin = log.admin()) {
                TopicCreation.ensure(admin, List.of(log.topics().prices()));
            }
            PricePublisher publisher = new PricePublisher(log, InstantSource.system());
            AtomicReference<Snapshot> configuration = new AtomicReference<>(CONFIGURATION);
            try (PriceBook book = PriceBook.start(log, configuration::get)) {
                // Given an entry with everything that an entry can have, and one in another
                // currency
                PriceEntry tiered =
                        entry(
                                "tiered",
                                "2.50",
                                "USD",
                                new PriceTier(200_000L, null, rates("5")),
                                new PriceTier(null, "flex", rates("0.000000000001")));
                publisher.publish(List.of(tiered, entry("francs", "7", "CHF")), List.of(), _ -> {});
                await().until(() -> book.entries().size() == 2);
                assertThat(book.inForce().asOf("vllm", "tiered", JANUARY)).contains(tiered);
                assertThat(book.inForce().asOf("vllm", "francs", JANUARY)).isEmpty();
                assertThat(book.inForce().asOf("vllm", "documented", JANUARY)).isPresent();

                // Then the list stays the same one while nothing changes
                PriceList before = book.inForce();
                assertThat(book.inForce()).isSameAs(before);

                // When it is corrected, records come that are no price, and the currency changes
                PriceEntry corrected = entry("tiered", "3", "CHF");
                sendNegative(log, corrected);
                publisher.publish(List.of(corrected), List.of(), _ -> {});
                configuration.set(snapshot("defaults: { currency: CHF }\n"));
                await().until(() ->
                        book.inForce()
                                .asOf("vllm", "tiered", JANUARY)
                                .equals(Optional.of(corrected)));
                assertThat(book.inForce().asOf("vllm", "francs", JANUARY)).isPresent();

                // And when it is removed
                publisher.publish(List.of(), List.of(corrected), _ -> {});
                await().until(() -> book.inForce().asOf("vllm", "tiered", JANUARY).isEmpty());
            }
        }
    }

    private static void sendNegative(KafkaLog log, PriceEntry entry) throws Exception {
        Price price = PriceRecords.record(entry, JANUARY);
        Price negative =
                Price.newBuilder(price)
                        .setRates(
                                dev.millrace.schemas.Rates.newBuilder(price.getRates())
                                        .setInput(price.getRates().getInput().negate())
                                        .build())
                        .build();
        String topic = log.topics().prices().name();
        try (Producer<String, byte[]> producer = log.producer("test", Map.of());
                Serializer<Price> serializer = log.serdes().serializer()) {
            byte[] value = serializer.serialize(topic, negative);
            producer.send(new ProducerRecord<>(topic, PriceRecords.key(entry), value)).get();
            producer.send(new ProducerRecord<>(topic, "another key", value)).get();
            producer.send(new ProducerRecord<>(topic, "garbage", new byte[] {1})).get();
        }
    }

    private static PriceEntry entry(
            String model, String input, String currency, PriceTier... tiers) {
        return new PriceEntry(
                "vllm", model, rates(input), List.of(tiers), 1000, currency, JANUARY, "test");
    }

    private static Rates rates(String input) {
        BigDecimal price = new BigDecimal(input);
        BigDecimal other = new BigDecimal("0.5");
        return new Rates(
                price, other, other, price, other, price, other, price, other, price, other, price);
    }

    private static Snapshot snapshot(String document) {
        return new Snapshot(1, document, ConfigurationDocument.parse(document));
    }
}
