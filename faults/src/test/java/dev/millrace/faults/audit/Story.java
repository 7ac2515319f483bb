package dev.millrace.faults.audit;

import dev.millrace.faults.audit.Evidence.Accepted;
import dev.millrace.faults.audit.Evidence.At;
import dev.millrace.faults.load.Told;
import dev.millrace.faults.load.Told.Kind;
import dev.millrace.faults.load.Told.Verdict;
import dev.millrace.faults.process.Role;
import dev.millrace.faults.provider.ProviderCall;
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
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One request that was answered and charged as it should be, and ways to spoil that.
final class Story {

    static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    static final String MARKER = "row-1";

    final UUID request = UUID.randomUUID();
    final Evidence evidence = new Evidence();
    final List<ProviderCall> calls = new ArrayList<>();
    final List<Told> told = new ArrayList<>();
    final List<Strike> strikes = new ArrayList<>();

    /// Accepted, called once by worker-a, answered, and charged.
    static Story happy() {
        Story story = new Story();
        story.evidence.requests.put(story.request, new Accepted(story.request, MARKER, NOON));
        UUID attempt = story.attempt("worker-a", NOON.plusSeconds(1), NOON.plusSeconds(2));
        story.charge(attempt, ChargeKind.CHARGE);
        story.tell(Verdict.ANSWERED);
        story.sum(BigDecimal.ONE, 1);
        return story;
    }

    List<String> broken() {
        Scope scope =
                new Scope("row", "row-", told, strikes, List.of(), List.of(), Expectation.STRICT);
        return Auditor.broken(Case.of(scope, evidence, calls), Drift.of(evidence)).keySet().stream()
                .toList();
    }

    void tell(Verdict verdict) {
        tell(Kind.JSON, verdict, "ingress-a");
    }

    void tell(Kind kind, Verdict verdict, @Nullable String ingress) {
        told.clear();
        told.add(
                new Told(
                        MARKER, kind, NOON, NOON.plusSeconds(3), verdict, "", ingress, request, 1));
    }

    void strike(Role role, String instance, Instant at) {
        strikes.add(new Strike(Strike.Kind.KILL, role, instance, at, at));
    }

    /// Adds a whole attempt, and its call.
    UUID attempt(String instance, Instant start, Instant end) {
        UUID id = UUID.randomUUID();
        record(id, AttemptPhase.STARTED, instance, start);
        record(id, AttemptPhase.ENDED, instance, end);
        calls.add(new ProviderCall(id.toString(), MARKER, false, start));
        return id;
    }

    void record(UUID id, AttemptPhase phase, String instance, Instant at) {
        evidence.attempts.add(
                new At<>(
                        Attempt.newBuilder()
                                .setAttemptId(id)
                                .setPhase(phase)
                                .setRequestId(request)
                                .setDispatchId(request)
                                .setHop(0)
                                .setNumber(1)
                                .setFence(1)
                                .setTenant("t")
                                .setLane(Lane.INTERACTIVE)
                                .setOperation(Operation.CHAT_COMPLETION)
                                .setProvider("p")
                                .setUpstreamModel("m")
                                .setAskedModel("m")
                                .setRoute("r")
                                .setStream(false)
                                .setDeadline(NOON.plusSeconds(30))
                                .setStartedAt(at)
                                .setEndedAt(phase == AttemptPhase.ENDED ? at : null)
                                .setEstimatedPromptTokens(1)
                                .setOutcome(AttemptOutcome.COMPLETED)
                                .setConfigVersion(1)
                                .setInstance(instance)
                                .build(),
                        at));
    }

    void charge(UUID attempt, ChargeKind kind) {
        evidence.charges.add(
                new At<>(
                        Charge.newBuilder()
                                .setChargeId(UUID.randomUUID())
                                .setKind(kind)
                                .setAttemptId(attempt)
                                .setRequestId(request)
                                .setTenant("t")
                                .setLane(Lane.INTERACTIVE)
                                .setProvider("p")
                                .setUpstreamModel("m")
                                .setAskedModel("m")
                                .setRoute("r")
                                .setHop(0)
                                .setOutcome(AttemptOutcome.COMPLETED)
                                .setUsage(
                                        Usage.newBuilder()
                                                .setInputTokens(1)
                                                .setOutputTokens(1)
                                                .setSource(UsageSource.ESTIMATED)
                                                .build())
                                .setAmount(BigDecimal.ONE.setScale(12))
                                .setCurrency("USD")
                                .setStartedAt(NOON)
                                .setEndedAt(NOON)
                                .build(),
                        NOON.plusSeconds(3)));
    }

    /// Makes the three sums say so much.
    void sum(BigDecimal amount, long attempts) {
        for (String topic : List.of("llm.costs.hourly", "llm.costs.daily", "llm.costs.monthly")) {
            Instant bucket =
                    switch (topic) {
                        case "llm.costs.hourly" -> NOON;
                        default -> Instant.parse("2026-01-01T00:00:00Z");
                    };
            Cost cost =
                    Cost.newBuilder()
                            .setBucketStart(bucket)
                            .setGranularity(Granularity.HOUR)
                            .setTenant("t")
                            .setProvider("p")
                            .setUpstreamModel("m")
                            .setLane(Lane.INTERACTIVE)
                            .setAmount(amount.setScale(12))
                            .setCurrency("USD")
                            .setRequests(1)
                            .setAttempts(attempts)
                            .setFailures(0)
                            .setUnpricedAttempts(0)
                            .setEstimatedAttempts(0)
                            .setInputTokens(attempts)
                            .setCacheReadTokens(0)
                            .setCacheWriteTokens(0)
                            .setOutputTokens(attempts)
                            .setReasoningTokens(0)
                            .setCharges(attempts)
                            .build();
            evidence.costs.computeIfAbsent(topic, _ -> new HashMap<>()).put("key", cost);
        }
    }
}
