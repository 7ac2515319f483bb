package dev.millrace.worker.http;

import dev.millrace.configuration.Provider;
import java.time.Duration;
import java.util.function.Function;

/// One kind of provider: its line of registration.
///
/// @param dialect makes the dialect for a provider as configured
/// @param idle how long an unused connection is kept; shorter than what the provider keeps
public record HttpKind(Function<Provider, Dialect> dialect, Duration idle) {

    /// The fronts of the large clouds keep unused connections for a minute and more; a new one
    /// costs two round trips.
    public static final Duration CLOUD_IDLE = Duration.ofSeconds(50);
}
