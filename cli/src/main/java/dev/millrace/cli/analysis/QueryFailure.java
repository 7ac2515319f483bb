package dev.millrace.cli.analysis;

import java.sql.SQLException;
import java.util.regex.Pattern;

/// Thrown when a question cannot be answered. The message is for the one who asked.
public final class QueryFailure extends RuntimeException {

    /// What the driver puts before the engine's own words.
    private static final Pattern PREAMBLE =
            Pattern.compile(
                    "^Invalid Input Error: Attempting to execute an unsuccessful or closed pending"
                            + " query result\\s+Error: ");

    /// A line of the query is quoted with a mark below: on one line of output the mark is noise.
    private static final Pattern MARK = Pattern.compile("\\n\\s*\\^\\s*$");

    QueryFailure(String message) {
        super(message);
    }

    static QueryFailure of(SQLException cause) {
        String message = PREAMBLE.matcher(String.valueOf(cause.getMessage())).replaceFirst("");
        return new QueryFailure(MARK.matcher(message).replaceFirst(""));
    }
}
