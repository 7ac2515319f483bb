package dev.millrace.cli;

import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.schemas.AppliedPrice;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Granularity;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.Usage;
import dev.millrace.schemas.UsageSource;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/// A log with a ledger on it, all but `llm.costs.final`. All test classes that ask for one in their
/// constructor, by `@ExtendWith(ChargeLog.Shared.class)`, get the same; each of their tests has a
/// tenant of its own.
final class ChargeLog implements AutoCloseable {

    /// Starts the log for the first class that asks for it; it is closed behind the last test.
    static final class Shared implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == ChargeLog.class;
        }

        @Override
        public ChargeLog resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(ChargeLog.class))
                    .computeIfAbsent(ChargeLog.class, _ -> start(), ChargeLog.class);
        }
    }

    static final Topics TOPICS = new Topics(TopicLayout.embedded(1 << 26));
    static final Instant ENDED = Instant.parse("2026-01-31T10:20:30.456Z");
    static final UUID REQUEST = UUID.fromString("0199c0de-0000-7000-8000-000000000001");

    private final EmbeddedKafka kafka;
    private final KafkaLog log;
    private final Producer<String, byte[]> producer;
    private final Serializer<SpecificRecord> serializer;

    private ChargeLog(EmbeddedKafka kafka) throws Exception {
        this.kafka = kafka;
        this.log =
                new KafkaLog(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        TOPICS,
                        RecordSerdes.builtIn());
        this.producer = log.producer("test", Map.of("linger.ms", 5));
        this.serializer = log.serdes().serializer();
        try (Admin admin = log.admin()) {
            TopicCreation.ensure(
                    admin,
                    List.of(
                            TOPICS.attempts(),
                            TOPICS.charges(),
                            TOPICS.hourlyCosts(),
                            TOPICS.dailyCosts(),
                            TOPICS.monthlyCosts(),
                            TOPICS.labelCosts()));
        }
    }

    /// Starts a log that is the caller's alone.
    static ChargeLog start() {
        try {
            Path data = Files.createTempDirectory(Path.of("target"), "charges");
            return new ChargeLog(EmbeddedKafka.start(data, 0));
        } catch (Exception e) {
            throw new ParameterResolutionException("the log of the charges does not start", e);
        }
    }

    KafkaLog log() {
        return log;
    }

    Shell shell() {
        return new Shell().with("KAFKA_BOOTSTRAP_SERVERS", kafka.bootstrapServers());
    }

    Shell.Ran run(String... arguments) {
        return shell().run(arguments);
    }

    String bootstrapServers() {
        return kafka.bootstrapServers();
    }

    /// Prices of a million tokens, with as many digits as there may be.
    static AppliedPrice price(String input, String output) {
        return AppliedPrice.newBuilder()
                .setEntryId("openai/m@2026")
                .setCurrency("USD")
                .setPer(1_000_000)
                .setInput(decimal(input))
                .setCacheRead(decimal("0.075"))
                .setCacheWrite(decimal(input))
                .setOutput(decimal(output))
                .setEffectiveFrom(Instant.parse("2026-01-01T00:00:00Z"))
                .build();
    }

    static Usage usage(long input, long output) {
        return Usage.newBuilder()
                .setInputTokens(input)
                .setOutputTokens(output)
                .setSource(UsageSource.PROVIDER)
                .build();
    }

    /// A charge whose amount is its usage at its price.
    static Charge.Builder charge(String tenant, Usage usage, @Nullable AppliedPrice price) {
        return Charge.newBuilder()
                .setChargeId(UUID.randomUUID())
                .setKind(ChargeKind.CHARGE)
                .setAttemptId(UUID.randomUUID())
                .setRequestId(REQUEST)
                .setTenant(tenant)
                .setKeyId("key-1")
                .setLabels(Map.of("team", "blue", "app", "a|b"))
                .setLane(Lane.BATCH)
                .setOperation(Operation.CHAT_COMPLETION)
                .setProvider("openai")
                .setUpstreamModel("m")
                .setAskedModel("assistant")
                .setRoute("by name")
                .setHop(0)
                .setOutcome(AttemptOutcome.COMPLETED)
                .setUsage(usage)
                .setPrice(price)
                .setAmount(amount(usage, price))
                .setCurrency(price == null ? null : price.getCurrency())
                .setStartedAt(ENDED.minusMillis(1_500))
                .setEndedAt(ENDED)
                .setCountsRequest(true);
    }

    /// What takes a charge back.
    static Charge.Builder reversal(Charge charge) {
        BigDecimal amount = charge.getAmount();
        return Charge.newBuilder(charge)
                .setChargeId(UUID.randomUUID())
                .setKind(ChargeKind.REVERSAL)
                .setCorrects(charge.getChargeId())
                .setAmount(amount == null ? null : amount.negate());
    }

    static Attempt attempt(String tenant, AttemptPhase phase) {
        return Attempt.newBuilder()
                .setAttemptId(UUID.randomUUID())
                .setPhase(phase)
                .setRequestId(REQUEST)
                .setDispatchId(UUID.randomUUID())
                .setHop(0)
                .setNumber(1)
                .setFence(1)
                .setTenant(tenant)
                .setOperation(Operation.CHAT_COMPLETION)
                .setProvider("openai")
                .setUpstreamModel("m")
                .setAskedModel("assistant")
                .setRoute("by name")
                .setStream(false)
                .setDeadline(ENDED.plusSeconds(60))
                .setStartedAt(ENDED.minusMillis(1_500))
                .setEndedAt(phase == AttemptPhase.ENDED ? ENDED : null)
                .setEstimatedPromptTokens(3)
                .setUsage(phase == AttemptPhase.ENDED ? usage(3, 4) : null)
                .setConfigVersion(1)
                .setInstance("worker-1")
                .build();
    }

    static Cost cost(String tenant, Instant bucket, @Nullable String amount, long attempts) {
        return Cost.newBuilder()
                .setBucketStart(bucket)
                .setGranularity(Granularity.HOUR)
                .setTenant(tenant)
                .setProvider("openai")
                .setUpstreamModel("m")
                .setAmount(amount == null ? null : decimal(amount))
                .setCurrency(amount == null ? null : "USD")
                .setRequests(attempts)
                .setAttempts(attempts)
                .setFailures(0)
                .setUnpricedAttempts(0)
                .setEstimatedAttempts(0)
                .setInputTokens(1)
                .setCacheReadTokens(0)
                .setCacheWriteTokens(0)
                .setOutputTokens(1)
                .setReasoningTokens(0)
                .setCharges(attempts)
                .build();
    }

    static BigDecimal decimal(String text) {
        return new BigDecimal(text).setScale(12, RoundingMode.UNNECESSARY);
    }

    byte[] bytes(SpecificRecord record) {
        return serializer.serialize("", record);
    }

    /// Sends charges and waits for the last.
    void write(Charge... charges) throws Exception {
        for (Charge charge : charges) {
            send(TOPICS.charges(), charge.getTenant(), bytes(charge));
        }
        producer.flush();
    }

    void write(Topic<?> topic, String key, @Nullable SpecificRecord value) throws Exception {
        send(topic, key, value == null ? null : bytes(value));
        producer.flush();
    }

    /// Sends what need not be a record of ours.
    void send(Topic<?> topic, String key, byte @Nullable [] value) {
        var _ = producer.send(new ProducerRecord<>(topic.name(), key, value));
    }

    void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
        serializer.close();
        kafka.close();
    }

    private static @Nullable BigDecimal amount(Usage usage, @Nullable AppliedPrice price) {
        if (price == null) {
            return null;
        }
        BigDecimal sum =
                price.getInput()
                        .multiply(BigDecimal.valueOf(usage.getInputTokens()))
                        .add(
                                price.getCacheRead()
                                        .multiply(BigDecimal.valueOf(usage.getCacheReadTokens())))
                        .add(
                                price.getOutput()
                                        .multiply(
                                                BigDecimal.valueOf(
                                                        usage.getOutputTokens()
                                                                + usage.getReasoningTokens())));
        return sum.divide(BigDecimal.valueOf(price.getPer()), 12, RoundingMode.HALF_EVEN);
    }
}
