package dev.millrace.worker.kafka;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Classification;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.topics.Topics;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.TokenUsage;
import java.time.Instant;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Makes the records of provider calls: what the ledger is made of.
record AttemptLog(Outbox outbox, Topics topics, String instance) {

    /// One call.
    ///
    /// @param number the attempt within the dispatch, from 1
    /// @param promptTokens of the request as it is sent, about
    record Made(
            TakenDispatch taken,
            UUID attemptId,
            int number,
            Instant startedAt,
            long promptTokens,
            long configVersion) {}

    ProducerRecord<String, byte[]> started(Made made) {
        return record(made, base(made).setPhase(AttemptPhase.STARTED));
    }

    /// @param firstContent when the first content came; null where none did
    ProducerRecord<String, byte[]> ended(
            Made made, Outcome outcome, @Nullable Instant firstContent, Instant endedAt) {
        TokenUsage usage = outcome.progress().usage();
        return record(
                made,
                base(made)
                        .setPhase(AttemptPhase.ENDED)
                        .setFirstTokenAt(firstContent)
                        .setEndedAt(endedAt)
                        .setOutcome(Wire.outcome(outcome))
                        .setUpstreamStatus(outcome.trace().status())
                        .setUpstreamRequestId(outcome.trace().requestId())
                        .setUsage(Wire.usage(usage))
                        .setServiceTier(usage.details().serviceTier()));
    }

    private Attempt.Builder base(Made made) {
        Dispatch dispatch = made.taken().dispatch();
        InferenceRequest request = dispatch.getRequest();
        Classification classification = dispatch.getClassification();
        return Attempt.newBuilder()
                .setAttemptId(made.attemptId())
                .setRequestId(request.getRequestId())
                .setDispatchId(dispatch.getDispatchId())
                .setHop(dispatch.getHop())
                .setNumber(made.number())
                .setFence(made.taken().fence())
                .setTenant(request.getTenant())
                .setKeyId(request.getKeyId())
                .setLabels(request.getLabels())
                .setLane(made.taken().lane())
                .setBatchId(request.getBatchId())
                .setOperation(request.getOperation())
                .setProvider(dispatch.getProvider())
                .setUpstreamModel(dispatch.getUpstreamModel())
                .setAskedModel(classification.getAskedModel())
                .setRoute(dispatch.getReason())
                .setStream(classification.getStream())
                .setDeadline(dispatch.getDeadline())
                .setStartedAt(made.startedAt())
                .setEstimatedPromptTokens(made.promptTokens())
                .setMaxOutputTokens(classification.getMaxOutputTokens())
                .setConfigVersion(made.configVersion())
                .setInstance(instance);
    }

    private ProducerRecord<String, byte[]> record(Made made, Attempt.Builder attempt) {
        return outbox.record(
                topics.attempts().name(),
                null,
                made.taken().dispatch().getRequest().getTenant(),
                attempt.build());
    }
}
