package dev.millrace.cli.compare;

import dev.millrace.cli.compare.Outcome.Answered;
import dev.millrace.cli.compare.Outcome.Failed;
import dev.millrace.cli.compare.Outcome.Pace;
import dev.millrace.cli.compare.Outcome.Usage;
import java.math.BigDecimal;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Outcomes for tests.
final class Outcomes {

    private Outcomes() {}

    static Answered answered(String text) {
        return answered(text, 1_000, 200, usage(10, 41, "0.001"));
    }

    static Answered answered(String text, long total, long first, @Nullable Usage usage) {
        Pace pace = new Pace(Duration.ofMillis(total), Duration.ofMillis(first), 2, false);
        return new Answered(text, "stop", "openai/gpt", 0, pace, usage);
    }

    static Failed failed(String code) {
        return new Failed(code, Duration.ofMillis(5));
    }

    static Usage usage(long input, long output, @Nullable String cost) {
        return new Usage(input, output, 0, cost == null ? null : new BigDecimal(cost), "USD");
    }
}
