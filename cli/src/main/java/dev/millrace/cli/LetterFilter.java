package dev.millrace.cli;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that choose among dead letters.
final class LetterFilter {

    @Option(
            names = "--stage",
            paramLabel = "STAGE",
            description =
                    "Only those of a stage, such as worker.reply, or of a service, such as worker.")
    private @Nullable String stage;

    @Option(names = "--tenant", paramLabel = "ID", description = "Only those of a tenant.")
    private @Nullable String tenant;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Only those that failed at this time or later: 24h, 7d, a date or a time with"
                            + " its offset.")
    private @Nullable String since;

    /// The letters that the options let through, in their order.
    ///
    /// @throws CommandFailure if an option makes no sense
    List<LetterEntry> of(List<LetterEntry> letters, InstantSource clock) {
        Predicate<LetterEntry> wanted = _ -> true;
        if (stage != null) {
            String asked = stage;
            wanted =
                    wanted.and(letter ->
                            letter.stage().equals(asked) || letter.stage().startsWith(asked + "."));
        }
        if (tenant != null) {
            String asked = tenant;
            wanted = wanted.and(letter -> letter.tenant().equals(asked));
        }
        if (since != null) {
            Instant asked = PointInTime.parse("--since", since, clock);
            wanted = wanted.and(letter -> !letter.failedAt().isBefore(asked));
        }
        return letters.stream().filter(wanted).toList();
    }

    /// Whether any of the options is there.
    boolean isSet() {
        return stage != null || tenant != null || since != null;
    }
}
