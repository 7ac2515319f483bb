package dev.millrace.ingress.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// On which terms a request is accepted, from its headers and the configured defaults.
///
/// @param deadline absolute; no model call starts after it
/// @param batchLane whether it waits behind the interactive requests
/// @param labels for cost attribution
/// @param traceparent of W3C's trace context, to pass on; null where none came, or a malformed one
public record Terms(
        Instant deadline,
        boolean batchLane,
        Map<String, String> labels,
        @Nullable String traceparent) {

    private static final Pattern TRACEPARENT =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}.{0,200}");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("[0-9]{1,12}");

    public Terms {
        labels = Map.copyOf(labels);
    }

    /// What holds where the headers say nothing.
    ///
    /// @param deadline from the request's arrival
    /// @param longestDeadline the most that a client may ask for
    public record Defaults(Duration deadline, boolean batchLane, Duration longestDeadline) {}

    /// Reads the terms.
    ///
    /// @param arrived when the request arrived
    /// @throws Refused if a header is malformed, or asks for what is not served
    public static Terms read(RequestHeaders headers, Defaults defaults, Instant arrived)
            throws Refused {
        refuseUnserved(headers);
        return new Terms(
                arrived.plus(deadline(headers.deadlineMs(), defaults)),
                batchLane(headers.lane(), defaults.batchLane()),
                Labels.parse(headers.labels()),
                traceparent(headers.traceparent()));
    }

    /// A client that asks for an asynchronous answer or relies on an idempotency key would be hurt
    /// by an answer that looks as if it had been honoured. No official SDK sends either by itself.
    private static void refuseUnserved(RequestHeaders headers) throws Refused {
        String prefer = headers.prefer();
        if (prefer != null && prefer.toLowerCase(Locale.ROOT).contains("respond-async")) {
            throw new Refused(
                    Refusal.unsupported(
                            "Prefer", "Asynchronous answers (respond-async) are not served yet."));
        }
        if (headers.idempotencyKey() != null) {
            throw new Refused(
                    Refusal.unsupported(
                            "Idempotency-Key", "Idempotency keys are not honoured yet."));
        }
    }

    private static Duration deadline(@Nullable String text, Defaults defaults) throws Refused {
        if (text == null) {
            return defaults.deadline();
        }
        long longest = defaults.longestDeadline().toMillis();
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
