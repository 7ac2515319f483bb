package dev.millrace.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads and writes the stretches of time that a person deals with.
final class TimeSpan {

    private static final Pattern SPAN = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private TimeSpan() {}

    /// A stretch of time as the configuration document spells them: `500ms`, `30s`, `5m`, `24h`.
    ///
    /// @param option that the text is for, to name in a complaint
    /// @param longest that makes sense there
    /// @throws CommandFailure if it is none, nothing, or longer
    static Duration parse(String option, String text, Duration longest) {
        Matcher span = SPAN.matcher(text);
        if (span.matches()) {
            long number = Long.parseLong(span.group(1));
            Duration parsed =
                    switch (span.group(2)) {
                        case "ms" -> Duration.ofMillis(number);
                        case "s" -> Duration.ofSeconds(number);
                        case "m" -> Duration.ofMinutes(number);
                        default -> Duration.ofHours(number);
                    };
            if (parsed.isPositive() && parsed.compareTo(longest) <= 0) {
                return parsed;
            }
        }
        throw CommandFailure.usage(
                option
                        + " takes a time such as 30s, 5m or 24h, at most "
                        + longest.toHours()
                        + "h; not '"
                        + text
                        + "'");
    }

    /// How long ago something was, in its largest unit. What a clock that runs ahead wrote was just
    /// now.
    static String age(Duration age) {
        if (age.toDays() > 0) {
            return age.toDays() + " d";
        }
        if (age.toHours() > 0) {
            return age.toHours() + " h";
        }
        return age.toMinutes() > 0 ? age.toMinutes() + " min" : Math.max(0, age.toSeconds()) + " s";
    }
}
