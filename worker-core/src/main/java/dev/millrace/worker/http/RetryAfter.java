package dev.millrace.worker.http;

import dev.millrace.worker.transport.UpstreamResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// Reads `retry-after-ms` and `retry-after`, in seconds or as a date (RFC 9110, section 10.2.3);
/// without them, when a limit that is used up will be there again.
final class RetryAfter {
    private static final Duration LONGEST = Duration.ofHours(1);

    private RetryAfter() {}

    /// Null where the upstream did not say, or not so that it could be understood.
    static @Nullable Duration of(UpstreamResponse response, InstantSource clock) {
        String millis = response.header("retry-after-ms");
        if (millis != null) {
            return bounded(number(millis), 1);
        }
        String after = response.header("retry-after");
        if (after == null) {
            Duration wait = RateLimitHeaders.wait(response, clock);
            return wait == null || wait.compareTo(LONGEST) < 0 ? wait : LONGEST;
        }
        Duration seconds = bounded(number(after), 1000);
        return seconds != null ? seconds : untilDate(after, clock);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException _) {
            return Double.NaN;
        }
    }

    private static @Nullable Duration bounded(double number, int millis) {
        if (!(number >= 0)) {
            return null;
        }
        return number * millis >= LONGEST.toMillis()
                ? LONGEST
                : Duration.ofMillis((long) Math.ceil(number * millis));
    }

    private static @Nullable Duration untilDate(String text, InstantSource clock) {
        try {
            ZonedDateTime date =
                    ZonedDateTime.parse(text.strip(), DateTimeFormatter.RFC_1123_DATE_TIME);
            Duration until = Duration.between(clock.instant(), date.toInstant());
            if (until.isNegative()) {
                return Duration.ZERO;
            }
            return until.compareTo(LONGEST) > 0 ? LONGEST : until;
        } catch (DateTimeException _) {
            return null;
        }
    }
}
