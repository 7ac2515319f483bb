package dev.millrace.bench.ledger;

import dev.millrace.identity.Identity;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.Usage;
import dev.millrace.schemas.UsageSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/// The records of provider calls as workers write them: 40 tenants with two API keys and four
/// models each, a label with a value for each key and one with five values, one call in fifty
/// refused. Not thread-safe.
final class ProviderCalls {

    /// How many each call has.
    static final int LABELS = 2;

    private static final int TENANTS = 40;

    /// With this name as many of them are in each of two partitions.
    private static final String TENANT = "customer-";

    private static final int MODELS = 4;

    private final SplittableRandom random = new SplittableRandom(1);
    private final Duration length;

    /// @param length of each call
    ProviderCalls(Duration length) {
        this.length = length;
    }

    /// The start of a call that nothing else is known of.
    Attempt started(Instant at) {
        UUID request = Identity.requestId(InstantSource.fixed(at), random);
        int tenant = random.nextInt(TENANTS);
        int key = random.nextInt(2);
        int model = random.nextInt(MODELS);
        return Attempt.newBuilder()
                .setAttemptId(id())
                .setPhase(AttemptPhase.STARTED)
                .setRequestId(request)
                .setDispatchId(Identity.dispatchId(request, 0))
                .setHop(0)
                .setNumber(1)
                .setFence(1)
                .setTenant(TENANT + tenant)
                .setKeyId("key-" + key)
                .setLabels(
                        Map.of(
                                "team", "team-" + key,
                                "feature", "feature-" + random.nextInt(5)))
                .setLane(Lane.INTERACTIVE)
                .setOperation(Operation.CHAT_COMPLETION)
                .setProvider("one")
                .setUpstreamModel("model-" + model)
                .setAskedModel("assistant")
                .setRoute("model assistant")
                .setStream(true)
                .setDeadline(at.plus(Duration.ofMinutes(10)))
                .setStartedAt(at)
                .setEstimatedPromptTokens(500)
                .setMaxOutputTokens(1_000L)
                .setConfigVersion(1)
                .setInstance("worker-one-1")
                .build();
    }

    /// The end of the call.
    Attempt ended(Attempt started) {
        boolean refused = random.nextInt(50) == 0;
        Instant start = started.getStartedAt();
        return Attempt.newBuilder(started)
                .setPhase(AttemptPhase.ENDED)
                .setEndedAt(start.plus(length).plusMillis(random.nextInt(500)))
                .setFirstTokenAt(
                        refused
                                ? null
                                : start.plus(length.dividedBy(4)).plusMillis(random.nextInt(50)))
                .setOutcome(refused ? AttemptOutcome.THROTTLED : AttemptOutcome.COMPLETED)
                .setUpstreamStatus(refused ? 429 : 200)
                .setUpstreamRequestId("req-" + random.nextLong())
                .setUsage(refused ? null : usage())
                .build();
    }

    private Usage usage() {
        return Usage.newBuilder()
                .setInputTokens(random.nextInt(1, 2_000))
                .setCacheReadTokens(random.nextInt(500))
                .setOutputTokens(random.nextInt(1, 1_000))
                .setReasoningTokens(random.nextInt(100))
                .setSource(UsageSource.PROVIDER)
                .build();
    }

    private UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }
}
