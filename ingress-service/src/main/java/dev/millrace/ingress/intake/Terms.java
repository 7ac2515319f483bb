package dev.millrace.ingress.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// On which terms a request is accepted, from its headers and the configured defaults.
///
/// @param deadline absolute; no model call starts after it
/// @param batchLane whether it waits behind the interactive requests
/// @param labels for cost attribution
/// @param traceparent of W3C's trace context, to pass on; null where none came, or a malformed one
/// @param async whether the answer is not waited for, but asked for later
/// @param idempotencyKey the caller's name for the request: the same one is the same request; null
///   without one
/// @param resets whether the client takes it that a stream starts again from the beginning
public record Terms(
        Instant deadline,
        boolean batchLane,
        Map<String, String> labels,
        @Nullable String traceparent,
        boolean async,
        @Nullable String idempotencyKey,
        boolean resets) {

    private static final Pattern TRACEPARENT =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}.{0,200}");
    private static final Pattern IDEMPOTENCY_KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]{1,12}");

    public Terms {
        labels = Map.copyOf(labels);
    }

    /// What holds where the headers say nothing.
    ///
    /// @param deadline from the request's arrival
    /// @param longestDeadline the most that a client may ask for while it waits
    /// @param longestAsyncDeadline the most that a client may ask for that does not
    public record Defaults(
            Duration deadline,
            boolean batchLane,
            Duration longestDeadline,
            Duration longestAsyncDeadline) {}

    /// Reads the terms.
    ///
    /// @param arrived when the request arrived
    /// @throws Refused if a header is malformed, or asks for what is not served
    public static Terms read(RequestHeaders headers, Defaults defaults, Instant arrived)
            throws Refused {
        boolean async = async(headers.prefer());
        Duration longest = async ? defaults.longestAsyncDeadline() : defaults.longestDeadline();
        return new Terms(
                arrived.plus(deadline(headers.deadlineMs(), defaults.deadline(), longest)),
                batchLane(headers.lane(), defaults.batchLane()),
                Labels.parse(headers.labels()),
                traceparent(headers.traceparent()),
                async,
                idempotencyKey(headers.idempotencyKey()),
                resets(headers.resets()));
    }

    /// `Prefer: respond-async` (RFC 7240, section 4.1), among other preferences, which are passed
    /// over as the RFC wants it.
    private static boolean async(@Nullable String prefer) {
        return prefer != null
                && Arrays.stream(prefer.split("[,;]"))
                        .anyMatch(one -> one.strip().equalsIgnoreCase("respond-async"));
    }

    private static @Nullable String idempotencyKey(@Nullable String header) throws Refused {
        if (header == null) {
            return null;
        }
        String key = header.strip();
        if (!IDEMPOTENCY_KEY.matcher(key).matches()) {
            throw new Refused(
                    Refusal.invalid(
                            "Idempotency-Key",
                            "invalid_idempotency_key",
                            "Idempotency-Key must be 1 to 255 printable ASCII characters without"
                                    + " spaces."));
        }
        return key;
    }

    private static boolean resets(@Nullable String header) throws Refused {
        if (header == null) {
            return false;
        }
        return switch (header.strip()) {
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw new Refused(
                            Refusal.invalid(
                                    "x-millrace-resets",
                                    "invalid_resets",
                                    "x-millrace-resets must be 'true' or 'false'."));
        };
    }

    private static Duration deadline(
            @Nullable String text, Duration byDefault, Duration longestAllowed) throws Refused {
        if (text == null) {
            return byDefault;
        }
        long longest = longestAllowed.toMillis();
        if (!WHOLE_NUMBER.matcher(text.strip()).matches()
                || Long.parseLong(text.strip()) < 1
                || Long.parseLong(text.strip()) > longest) {
            throw new Refused(
                    Refusal.invalid(
                            "x-millrace-deadline-ms",
                            "invalid_deadline",
                            "x-millrace-deadline-ms must be milliseconds from now, from 1 to "
                                    + longest
                                    + "."));
        }
        return Duration.ofMillis(Long.parseLong(text.strip()));
    }

    private static boolean batchLane(@Nullable String lane, boolean byDefault) throws Refused {
        if (lane == null) {
            return byDefault;
        }
        return switch (lane.strip()) {
            case "interactive" -> false;
            case "batch" -> true;
            default ->
                    throw new Refused(
                            Refusal.invalid(
                                    "x-millrace-lane",
                                    "invalid_lane",
                                    "x-millrace-lane must be 'interactive' or 'batch'."));
        };
    }

    private static @Nullable String traceparent(@Nullable String header) {
        return header != null && TRACEPARENT.matcher(header).matches() ? header : null;
    }
}
