package dev.millrace.cli;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// What one price is for, as a command line says it.
final class PriceOptions {

    @Parameters(
            index = "0",
            paramLabel = "PROVIDER",
            description = "The name of a configured provider, or a kind of provider.")
    private String provider = "";

    @Parameters(
            index = "1",
            paramLabel = "MODEL",
            description = "The model's name there; '*' for all that have no price of their own.")
    private String model = "";

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "From when it holds: a date, or a time with its offset. Default: now.")
    private @Nullable String from;

    String provider() {
        return provider;
    }

    String model() {
        return model;
    }

    /// From when it holds.
    ///
    /// @param otherwise where the command line does not say
    Instant from(Surroundings around, Instant otherwise) {
        return from == null ? otherwise : PointInTime.parse("--from", from, around.clock());
    }

    /// @throws CommandFailure if nothing goes by the provider's name
    void requireOwner(PricesOnLog log) {
        if (!log.owners().contains(provider)) {
            throw CommandFailure.usage(
                    "'" + provider + "' is not a configured provider, and not a kind of provider");
        }
    }
}
