package dev.millrace.ingress.kafka;

import dev.millrace.ingress.answer.AcceptedRequest;
import dev.millrace.ingress.answer.AcceptedRequest.Keeping;
import dev.millrace.ingress.answer.RequestLog;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import dev.millrace.ingress.intake.Terms;
import dev.millrace.ingress.kept.KeptRequests;
import dev.millrace.ingress.kept.KeptResult;
import dev.millrace.schemas.Cancellation;
import dev.millrace.schemas.CancellationScope;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Lane;
import dev.millrace.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts requests and cancellations on the log. Thread-safe.
public final class RequestPublisher implements RequestLog, KeptRequests {

    private static final Logger LOG = LoggerFactory.getLogger(RequestPublisher.class);

    private final LogWriter writer;
    private final Supplier<OptionalInt> replyPartition;
    private final InstantSource clock;
    private final long maxBodyBytes;

    /// @param replyPartition where replies to this instance go; empty while that is not known
    /// @param maxBodyBytes the limit to name when a record is too large
    public RequestPublisher(
            LogWriter writer,
            Supplier<OptionalInt> replyPartition,
            InstantSource clock,
            long maxBodyBytes) {
        this.writer = writer;
        this.replyPartition = replyPartition;
        this.clock = clock;
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public void publish(AcceptedRequest request, Consumer<@Nullable Refusal> acknowledged)
            throws Refused {
        OptionalInt partition = replyPartition.get();
        if (partition.isEmpty()) {
            throw new Refused(Refusal.unavailable("The gateway has not reached its log yet."));
        }
        ProducerRecord<String, byte[]> record =
                writer.record(
                        writer.topics().inferenceRequests(),
                        request.caller().tenant(),
                        inferenceRequest(request, partition.getAsInt()));
        String traceparent = request.terms().traceparent();
        if (traceparent != null) {
            record.headers().add("traceparent", traceparent.getBytes(StandardCharsets.US_ASCII));
        }
        try {
            writer.send(
                    record,
                    failure -> acknowledged.accept(failure == null ? null : refusal(failure)));
        } catch (KafkaException e) {
            throw new Refused(refusal(e));
        }
    }

    @Override
    public void cancel(UUID requestId, Instant deadline, String reason) {
        SpecificRecord cancellation =
                Cancellation.newBuilder()
                        .setTargetId(requestId.toString())
                        .setScope(CancellationScope.REQUEST)
                        .setReason(reason)
                        .setCancelledAt(clock.instant())
                        .setDeadline(deadline)
                        .build();
        tell(writer.topics().cancellations(), requestId, cancellation);
    }

    @Override
    public void cancel(KeptResult request) {
        cancel(request.id(), request.asked().deadline(), "deleted");
        tell(
                writer.topics().completions(),
                request.id(),
                CompletionRecords.cancelled(request, clock.instant()));
    }

    @Override
    public void accepted(AcceptedRequest request) {
        Keeping keeping = Objects.requireNonNull(request.keeping());
        tell(
                writer.topics().completions(),
                request.id(),
                CompletionRecords.accepted(request, keeping));
    }

    /// Sends what nobody waits for.
    private void tell(Topic<?> topic, UUID requestId, SpecificRecord value) {
        try {
            writer.send(
                    writer.record(topic, requestId.toString(), value),
                    failure -> {
                        if (failure != null) {
                            notSent(topic, requestId, failure);
                        }
                    });
        } catch (KafkaException e) {
            notSent(topic, requestId, e);
        }
    }

    private static void notSent(Topic<?> topic, UUID requestId, Exception e) {
        LOG.warn(
                "request_id={} topic={} event=not_sent reason=\"{}\"",
                requestId,
                topic.name(),
                e.toString());
    }

    private Refusal refusal(Exception failure) {
        return failure instanceof RecordTooLargeException
                ? Refusal.tooLarge(maxBodyBytes)
                : Refusal.unavailable("The log did not take the request; try again soon.");
    }

    private static InferenceRequest inferenceRequest(AcceptedRequest request, int partition) {
        Terms terms = request.terms();
        InferenceRequest.Builder record = InferenceRequest.newBuilder();
        Keeping keeping = request.keeping();
        if (keeping != null) {
            record.setKept(true)
                    .setDetached(true)
                    .setBodyDigest(keeping.digest())
                    .setRetentionMs(keeping.retention().toMillis());
        }
        return record.setRequestId(request.id())
                .setTenant(request.caller().tenant())
                .setKeyId(request.caller().keyId())
                .setOperation(CompletionRecords.operation(request.operation()))
                .setBody(request.body())
                .setLane(terms.batchLane() ? Lane.BATCH : Lane.INTERACTIVE)
                .setCreatedAt(request.createdAt())
                .setDeadline(terms.deadline())
                .setLabels(terms.labels())
                .setIngressPartition(keeping == null || keeping.waiting() ? partition : null)
                .build();
    }
}
