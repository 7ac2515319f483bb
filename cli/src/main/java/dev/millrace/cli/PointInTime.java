package dev.millrace.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/// Reads the times that a person types.
final class PointInTime {

    private static final Pattern AGO = Pattern.compile("\\d{1,5}[mhdw]");

    private PointInTime() {}

    /// A time: `30m`, `24h`, `7d` or `4w` before now; a date, which is its start in UTC; or a time
    /// with its offset. To the second.
    ///
    /// @param option that the text is for, to name in a complaint
    /// @throws CommandFailure if it is none of these
    static Instant parse(String option, String text, InstantSource clock) {
        if (AGO.matcher(text).matches()) {
            long number = Long.parseLong(text.substring(0, text.length() - 1));
            Duration before = unit(text.charAt(text.length() - 1)).multipliedBy(number);
            return clock.instant().minus(before).truncatedTo(ChronoUnit.SECONDS);
        }
        try {
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.SECONDS)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException _) {
            throw CommandFailure.usage(
                    option
                            + " takes 24h, 7d, a date such as 2026-01-31 or a time such as"
                            + " 2026-01-31T12:00:00Z; not '"
                            + text
                            + "'");
        }
    }

    private static Duration unit(char letter) {
        return switch (letter) {
            case 'm' -> Duration.ofMinutes(1);
            case 'h' -> Duration.ofHours(1);
            case 'd' -> Duration.ofDays(1);
            default -> Duration.ofDays(7);
        };
    }
}
