package dev.millrace.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A transaction hangs here because the coordinator is not told of one of its partitions: the
/// broker takes a record of it without asking the coordinator, which then writes no end there. It
/// is the state that a partition is in whose end was not written because it had no leader.
class HangingTransactionsTest {

    private static final TopicPartition TOLD = new TopicPartition("told", 0);
    private static final TopicPartition UNTOLD = new TopicPartition("untold", 0);

    /// Of the request to produce: its producers tell the coordinator of each partition themselves.
    private static final short OLD_PRODUCER = 11;

    @TempDir Path data;

    private EmbeddedKafka kafka;
    private Admin admin;

    @BeforeEach
    void start() throws Exception {
        kafka = EmbeddedKafka.start(data, 0);
        admin = Admin.create(client());
        admin.createTopics(
                        List.of(
                                new NewTopic(TOLD.topic(), 1, (short) 1),
                                new NewTopic(UNTOLD.topic(), 1, (short) 1)))
                .all()
                .get();
    }

    @AfterEach
    void stop() {
        admin.close();
        kafka.close();
    }

    @Test
    void one_that_its_coordinator_has_committed_is_committed_at_the_next_start() throws Exception {
        commitHanging("kept");
        assertThat(committed(UNTOLD)).isEmpty();

        restart();

        assertThat(committed(UNTOLD)).containsExactly("kept");
    }

    @Test
    void one_whose_producer_has_ended_others_there_since_an_earlier_start_is_ended_too()
            throws Exception {
        // Given a coordinator of a later epoch than its first
        try (KafkaProducer<String, String> producer = transactional()) {
            commit(producer, "first");
        }
        restart();
        try (KafkaProducer<String, String> producer = transactional()) {
            commit(producer, "second");
            hang(producer, "third");
            producer.commitTransaction();
        }
        awaitTold("third");
        assertThat(committed(UNTOLD)).containsExactly("first", "second");

        restart();

        assertThat(committed(UNTOLD)).containsExactly("first", "second", "third");
    }

    private static void commit(KafkaProducer<String, String> producer, String value)
            throws Exception {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(UNTOLD.topic(), value)).get();
        producer.commitTransaction();
    }

    @Test
    void one_that_its_coordinator_has_aborted_is_aborted_at_the_next_start() throws Exception {
        try (KafkaProducer<String, String> producer = transactional()) {
            hang(producer, "dropped");
            producer.abortTransaction();
        }
        send(TOLD, "later");
        awaitTold("later");
        send(UNTOLD, "later");
        assertThat(committed(UNTOLD)).isEmpty();

        restart();

        assertThat(committed(UNTOLD)).containsExactly("later");
    }

    @Test
    void one_that_hangs_for_longer_is_ended_without_a_restart() throws Exception {
        commitHanging("kept");
        HangingTransactions transactions = transactions();

        transactions.endThoseSeenBefore();
        assertThat(committed(UNTOLD)).isEmpty();
        transactions.endThoseSeenBefore();

        assertThat(committed(UNTOLD)).containsExactly("kept");
    }

    @Test
    void one_that_is_under_way_is_left_alone() throws Exception {
        try (KafkaProducer<String, String> producer = transactional()) {
            producer.beginTransaction();
            producer.send(new ProducerRecord<>(TOLD.topic(), "under way")).get();

            assertThat(transactions().endAll()).isTrue();
            assertThat(committed(TOLD)).isEmpty();
            producer.commitTransaction();
        }
        awaitTold("under way");
    }

    /// Commits a transaction whose end only one of its two partitions is told.
    private void commitHanging(String value) throws Exception {
        try (KafkaProducer<String, String> producer = transactional()) {
            hang(producer, value);
            producer.commitTransaction();
        }
        awaitTold(value);
    }

    /// Begins a transaction with a record on each partition, one of them unknown to its
    /// coordinator.
    private void hang(KafkaProducer<String, String> producer, String value) throws Exception {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(TOLD.topic(), value)).get();
        TransactionDescription transaction =
                admin.describeTransactions(List.of("writer")).description("writer").get();
        trustProducers();
        await().until(() -> produce(transaction, value) == Errors.NONE);
    }

    /// Lets the broker take records of a transaction without asking its coordinator, which it does
    /// for the clients of old that tell the coordinator themselves.
    private void trustProducers() throws Exception {
        AlterConfigOp set =
                new AlterConfigOp(
                        new ConfigEntry("transaction.partition.verification.enable", "false"),
                        AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(
                        Map.of(
                                new ConfigResource(ConfigResource.Type.BROKER, "1"),
                                (Collection<AlterConfigOp>) List.of(set)))
                .all()
                .get();
    }

    private Errors produce(TransactionDescription transaction, String value) throws IOException {
        MemoryRecords records =
                MemoryRecords.withTransactionalRecords(
                        Compression.NONE,
                        transaction.producerId(),
                        (short) transaction.producerEpoch(),
                        0,
                        new SimpleRecord(value.getBytes(UTF_8)));
        TopicProduceData topic =
                new TopicProduceData()
                        .setName(UNTOLD.topic())
                        .setPartitionData(List.of(new PartitionProduceData().setRecords(records)));
        ProduceRequestData data =
                new ProduceRequestData()
                        .setAcks((short) -1)
                        .setTimeoutMs(5_000)
                        .setTransactionalId("writer")
                        .setTopicData(new TopicProduceDataCollection(List.of(topic).iterator()));
        ProduceRequest request = new ProduceRequest(data, OLD_PRODUCER);
        ProduceResponse response =
                ProduceResponse.parse(
                        new ByteBufferAccessor(connection().ask(request)), OLD_PRODUCER);
        return Errors.forCode(
                response.data()
                        .responses()
                        .iterator()
                        .next()
                        .partitionResponses()
                        .getFirst()
                        .errorCode());
    }

    private void send(TopicPartition place, String value) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(client(), new StringSerializer(), new StringSerializer())) {
            producer.send(new ProducerRecord<>(place.topic(), value)).get();
        }
    }

    private void restart() throws Exception {
        stop();
        kafka = EmbeddedKafka.start(data, 0);
        admin = Admin.create(client());
    }

    private KafkaProducer<String, String> transactional() {
        KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of(
                                "bootstrap.servers",
                                kafka.bootstrapServers(),
                                "transactional.id",
                                "writer"),
                        new StringSerializer(),
                        new StringSerializer());
        producer.initTransactions();
        return producer;
    }

    /// The end of a transaction reaches a partition after its producer knows of it.
    private void awaitTold(String value) {
        await().untilAsserted(() -> assertThat(committed(TOLD)).containsExactly(value));
    }

    private List<String> committed(TopicPartition place) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                kafka.bootstrapServers(),
                                "isolation.level",
                                "read_committed",
                                "fetch.max.wait.ms",
                                20),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.assign(List.of(place));
            consumer.seekToBeginning(List.of(place));
            long end = consumer.endOffsets(List.of(place)).values().iterator().next();
            while (consumer.position(place) < end) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    private HangingTransactions transactions() {
        return new HangingTransactions(admin, new TransactionMarkers(connection()));
    }

    private BrokerConnection connection() {
        return new BrokerConnection(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), kafka.port()));
    }

    private Map<String, Object> client() {
        return Map.of("bootstrap.servers", kafka.bootstrapServers());
    }
}
