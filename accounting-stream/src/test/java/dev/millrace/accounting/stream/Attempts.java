package dev.millrace.accounting.stream;

import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.configuration.prices.PriceList;
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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Attempts for tests, and their prices. `one/small` costs more from the first of June on, the
/// price of `one/odd` has to be rounded, and nothing else has one.
final class Attempts {

    /// Half an hour before a day and a month end.
    static final Instant START = Instant.parse("2026-05-31T23:30:00Z");

    static final Instant JUNE = Instant.parse("2026-06-01T00:00:00Z");
    static final Instant DEADLINE = START.plus(Duration.ofSeconds(300));

    static final PriceList PRICES =
            prices(
                    """
                    - { provider: one, model: small, input: 1, cached-input: 0.5, output: 2, per: 1000000, effective-from: 2026-01-01 }
                    - { provider: one, model: small, input: 3, cached-input: 1, output: 7, per: 1000000, effective-from: 2026-06-01 }
                    - { provider: one, model: odd, input: 1, output: 1, per: 7 }
                    - provider: openai-compatible
                      model: tiered
                      input: 1
                      cached-input: 0.1
                      audio-input: 4
                      image: 0.003
                      query: 0.01
                      gpu-second: 0.0007
                      output: 5
                      per: 1000
                      tiers:
                        - { above: 50000, input: 2, output: 6 }
                        - { service-tier: flex, input: 0.5 }
                        - { service-tier: flex, above: 80000, input: 0.7 }
                    """);

    /// Prices that turn out to be wrong.
    static final List<PriceList> OTHER_PRICES =
            List.of(
                    prices(
                            """
                            - { provider: one, model: small, input: 2, output: 1 }
                            - { provider: one, model: tiered, input: 1, tiers: [ { above: 3, input: 2 } ] }
                            """),
                    prices(
                            """
                            - { provider: one, model: small, input: 1, cached-input: 0.5, output: 2, effective-from: 2026-01-01 }
                            - { provider: one, model: odd, input: 3, output: 1, per: 7, currency: SIMULATED }
                            """),
                    prices(
                            """
                            - { provider: one, model: small, input: 4, output: 4, effective-from: 2026-06-01 }
                            """));

    private Attempts() {}

    /// @param entries of the document's list, each on a line of its own
    static PriceList prices(String entries) {
        return ConfigurationDocument.parse(
                        """
                        providers:
                          - { name: one, kind: openai-compatible, base-url: "http://127.0.0.1:1/v1" }
                        prices:
                        """
                                + entries)
                .prices();
    }

    /// The prices that hold whenever they are asked for.
    static Prices inForce(Supplier<PriceList> prices) {
        return new Prices() {
            @Override
            public PriceList atLeast(long configVersion) {
                return prices.get();
            }

            @Override
            public PriceList inForce() {
                return prices.get();
            }
        };
    }

    static UUID attemptId(int number) {
        return new UUID(0xa, number);
    }

    static UUID requestId(int number) {
        return new UUID(0xb, number);
    }

    /// The first attempt at a request of its own, started at [#START].
    static Attempt.Builder started(int number) {
        return Attempt.newBuilder()
                .setAttemptId(attemptId(number))
                .setPhase(AttemptPhase.STARTED)
                .setRequestId(requestId(number))
                .setDispatchId(Identity.dispatchId(requestId(number), 0))
                .setHop(0)
                .setNumber(1)
                .setFence(10)
                .setTenant("acme")
                .setKeyId("ci")
                .setLabels(Map.of("team", "search"))
                .setLane(Lane.INTERACTIVE)
                .setOperation(Operation.CHAT_COMPLETION)
                .setProvider("one")
                .setUpstreamModel("small")
                .setAskedModel("assistant")
                .setRoute("model assistant")
                .setStream(false)
                .setDeadline(DEADLINE)
                .setStartedAt(START)
                .setEstimatedPromptTokens(100)
                .setConfigVersion(1)
                .setInstance("worker-1");
    }

    /// The end of an attempt, two seconds after its start.
    static Attempt ended(Attempt started, AttemptOutcome outcome, @Nullable Usage usage) {
        return ended(started, outcome, usage, started.getStartedAt().plusSeconds(2));
    }

    static Attempt ended(
            Attempt started, AttemptOutcome outcome, @Nullable Usage usage, Instant endedAt) {
        return Attempt.newBuilder(started)
                .setPhase(AttemptPhase.ENDED)
                .setOutcome(outcome)
                .setUsage(usage)
                .setEndedAt(endedAt)
                .build();
    }

    /// A completed first attempt at a request of its own: 1,000 prompt tokens, 500 of completion.
    static Attempt completed(int number) {
        return ended(started(number).build(), AttemptOutcome.COMPLETED, usage(1_000, 0, 500));
    }

    static Usage usage(long input, long cacheRead, long output) {
        return Usage.newBuilder()
                .setInputTokens(input)
                .setCacheReadTokens(cacheRead)
                .setOutputTokens(output)
                .setSource(UsageSource.PROVIDER)
                .build();
    }
}
