package dev.millrace.accounting;

import dev.millrace.identity.Identity;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.Usage;
import dev.millrace.schemas.UsageSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Attempts that cost the same each.
final class ManyAttempts {

    private ManyAttempts() {}

    /// The starts and ends of attempts at requests of their own, by ten tenants.
    static List<Attempt> of(int first, int count, Instant hour) {
        List<Attempt> attempts = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            UUID request = new UUID(0xb, i);
            Attempt started =
                    Attempt.newBuilder()
                            .setAttemptId(new UUID(0xa, i))
                            .setPhase(AttemptPhase.STARTED)
                            .setRequestId(request)
                            .setDispatchId(Identity.dispatchId(request, 0))
                            .setHop(0)
                            .setNumber(1)
                            .setFence(1)
                            .setTenant("tenant-" + i % 10)
                            .setOperation(Operation.CHAT_COMPLETION)
                            .setProvider("one")
                            .setUpstreamModel("small")
                            .setAskedModel("small")
                            .setRoute("listed by one")
                            .setStream(false)
                            .setDeadline(hour.plus(Duration.ofDays(1)))
                            .setStartedAt(hour)
                            .setEstimatedPromptTokens(100)
                            .setConfigVersion(1)
                            .setInstance("worker-1")
                            .build();
            attempts.add(started);
            attempts.add(
                    Attempt.newBuilder(started)
                            .setPhase(AttemptPhase.ENDED)
                            .setEndedAt(hour.plusSeconds(1))
                            .setOutcome(AttemptOutcome.COMPLETED)
                            .setUsage(
                                    Usage.newBuilder()
                                            .setInputTokens(100)
                                            .setOutputTokens(50)
                                            .setSource(UsageSource.PROVIDER)
                                            .build())
                            .build());
        }
        return attempts;
    }
}
