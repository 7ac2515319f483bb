package dev.millrace.accounting.stream;

import static dev.millrace.accounting.stream.Attempts.START;

import dev.millrace.identity.Identity;
import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.AttemptOutcome;
import dev.millrace.schemas.Usage;
import dev.millrace.schemas.UsageSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Random histories of requests, each of a tenant of its own: retries, reroutes and redeliveries;
/// records that are lost, come twice, come in any order, or come long after their attempt was given
/// up. The same seed gives the same traffic.
final class GeneratedTraffic {

    /// One provider call.
    ///
    /// @param ended null where the call never reports its end
    record ProviderCall(Attempt started, @Nullable Attempt ended) {}

    private static final List<AttemptOutcome> OUTCOMES =
            List.of(
                    AttemptOutcome.COMPLETED,
                    AttemptOutcome.COMPLETED,
                    AttemptOutcome.COMPLETED,
                    AttemptOutcome.REJECTED,
                    AttemptOutcome.THROTTLED,
                    AttemptOutcome.CREDENTIAL_REFUSED,
                    AttemptOutcome.UNAVAILABLE,
                    AttemptOutcome.TIMED_OUT,
                    AttemptOutcome.MALFORMED,
                    AttemptOutcome.CANCELLED);
    private static final List<String> MODELS = List.of("small", "small", "odd", "new", "tiered");

    private static final List<String> SERVICE_TIERS = List.of("default", "flex", "priority");

    private final SplittableRandom random;
    private final List<ProviderCall> calls = new ArrayList<>();
    private final List<Attempt> early = new ArrayList<>();
    private final List<Attempt> late = new ArrayList<>();

    GeneratedTraffic(long seed, int histories) {
        random = new SplittableRandom(seed);
        for (int history = 0; history < histories; history++) {
            int requests = random.nextInt(1, 5);
            for (int request = 0; request < requests; request++) {
                addRequest("tenant-" + history);
            }
        }
        shuffle(early);
        shuffle(late);
    }

    /// Every call that left a record.
    List<ProviderCall> calls() {
        return calls;
    }

    /// What is read first.
    List<Attempt> early() {
        return early;
    }

    /// What is read after everything that was open has been given up.
    List<Attempt> late() {
        return late;
    }

    private void addRequest(String tenant) {
        UUID request = id();
        int hop = 0;
        int number = 1;
        long fence = random.nextLong(1, 100);
        int attempts = random.nextInt(1, 4);
        for (int attempt = 0; attempt < attempts; attempt++) {
            addCall(tenant, request, hop, number, fence);
            switch (random.nextInt(3)) {
                case 0 -> number++;
                case 1 -> {
                    number = 1;
                    fence++;
                }
                default -> {
                    number = 1;
                    hop++;
                }
            }
        }
    }

    private void addCall(String tenant, UUID request, int hop, int number, long fence) {
        Instant startedAt = START.plusMillis(random.nextLong(-7_200_000, 7_200_000));
        Attempt started =
                Attempts.started(1)
                        .setAttemptId(id())
                        .setRequestId(request)
                        .setDispatchId(Identity.dispatchId(request, hop))
                        .setHop(hop)
                        .setNumber(number)
                        .setFence(fence)
                        .setTenant(tenant)
                        .setLabels(Map.of("team", "team-" + random.nextInt(5)))
                        .setUpstreamModel(MODELS.get(random.nextInt(MODELS.size())))
                        .setStartedAt(startedAt)
                        .setDeadline(startedAt.plus(Duration.ofSeconds(300)))
                        .setEstimatedPromptTokens(random.nextLong(0, 10_000))
                        .build();
        Attempt ended =
                Attempt.newBuilder(
                                Attempts.ended(
                                        started,
                                        OUTCOMES.get(random.nextInt(OUTCOMES.size())),
                                        random.nextInt(4) == 0 ? null : usage(),
                                        startedAt.plusMillis(random.nextLong(0, 60_000))))
                        .setFirstTokenAt(
                                random.nextBoolean()
                                        ? startedAt.plusMillis(random.nextLong(0, 5_000))
                                        : null)
                        .setServiceTier(SERVICE_TIERS.get(random.nextInt(SERVICE_TIERS.size())))
                        .build();
        boolean endLost = random.nextInt(4) == 0;
        calls.add(new ProviderCall(started, endLost ? null : ended));
        if (endLost || random.nextInt(5) != 0) {
            add(early, started);
        }
        if (!endLost) {
            add(random.nextInt(4) == 0 ? late : early, ended);
        }
        if (random.nextInt(5) == 0) {
            add(late, endLost ? started : ended);
        }
    }

    private void add(List<Attempt> records, Attempt attempt) {
        int copies = random.nextInt(4) == 0 ? random.nextInt(2, 4) : 1;
        for (int copy = 0; copy < copies; copy++) {
            records.add(attempt);
        }
    }

    private Usage usage() {
        return Usage.newBuilder()
                .setInputTokens(random.nextLong(0, 100_000))
                .setCacheReadTokens(random.nextLong(0, 1_000))
                .setCacheWriteTokens(random.nextLong(0, 1_000))
                .setOutputTokens(random.nextLong(0, 10_000))
                .setReasoningTokens(random.nextLong(0, 1_000))
                .setAudioInputTokens(random.nextLong(0, 1_000))
                .setImages(random.nextLong(0, 3))
                .setSource(random.nextBoolean() ? UsageSource.PROVIDER : UsageSource.ESTIMATED)
                .build();
    }

    private UUID id() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    private void shuffle(List<Attempt> records) {
        for (int i = records.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            Attempt moved = records.get(i);
            records.set(i, records.get(j));
            records.set(j, moved);
        }
    }
}
