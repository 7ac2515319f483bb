package dev.millrace.worker.http;

import dev.millrace.worker.transport.UpstreamResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads when a limit that is used up will be there again, from the headers in which providers tell
/// of their limits: OpenAI's and those like it (`x-ratelimit-remaining-requests: 0` and
/// `x-ratelimit-reset-requests: 6m0s`, or seconds alone) and Anthropic's
/// (`anthropic-ratelimit-input-tokens-remaining: 0` and `…-reset:` with a date of RFC 3339).
final class RateLimitHeaders {

    private record Limit(String remaining, String reset) {}

    private static final List<Limit> LIMITS =
            List.of(
                    new Limit("x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"),
                    new Limit("x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"),
                    anthropic("requests"),
                    anthropic("tokens"),
                    anthropic("input-tokens"),
                    anthropic("output-tokens"));

    /// As Go writes a duration: `1h2m3.5s`, `20ms`.
    private static final Pattern SPAN =
            Pattern.compile(
                    "(?:(\\d{1,6})h)?(?:(\\d{1,6})m(?!s))?(?:(\\d{1,6}(?:\\.\\d{1,9})?)s)?"
                            + "(?:(\\d{1,9}(?:\\.\\d{1,9})?)ms)?");

    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}(?:\\.\\d{1,9})?");

    private RateLimitHeaders() {}

    /// The longest wait for a limit that is used up. Null where none is, or none is told.
    static @Nullable Duration wait(UpstreamResponse response, InstantSource clock) {
        Duration longest = null;
        for (Limit limit : LIMITS) {
            String remaining = response.header(limit.remaining());
            String reset = response.header(limit.reset());
            if (remaining == null || reset == null || !isNothing(remaining)) {
                continue;
            }
            Duration wait = parse(reset.strip(), clock);
            if (wait != null && (longest == null || wait.compareTo(longest) > 0)) {
                longest = wait;
            }
        }
        return longest;
    }

    private static Limit anthropic(String what) {
        String limit = "anthropic-ratelimit-" + what;
        return new Limit(limit + "-remaining", limit + "-reset");
    }

    private static boolean isNothing(String remaining) {
        return remaining.strip().matches("-?0+");
    }

    private static @Nullable Duration parse(String reset, InstantSource clock) {
        if (SECONDS.matcher(reset).matches()) {
            return seconds(reset);
        }
        Matcher span = SPAN.matcher(reset);
        if (!reset.isEmpty() && span.matches()) {
            return Duration.ofHours(whole(span.group(1)))
                    .plusMinutes(whole(span.group(2)))
                    .plus(seconds(span.group(3)))
                    .plus(seconds(span.group(4)).dividedBy(1000));
        }
        try {
            Duration until = Duration.between(clock.instant(), Instant.parse(reset));
            return until.isNegative() ? Duration.ZERO : until;
        } catch (DateTimeException _) {
            return null;
        }
    }

    private static long whole(@Nullable String number) {
        return number == null ? 0 : Long.parseLong(number);
    }

    private static Duration seconds(@Nullable String number) {
        return number == null
                ? Duration.ZERO
                : Duration.ofNanos(Math.round(Double.parseDouble(number) * 1e9));
    }
}
