package dev.millrace.worker.validation;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;
import com.networknt.schema.regex.RegularExpressionFactory;
import java.util.Optional;

/// Matches a schema's patterns with RE2, in time that grows with the text alone: the JDK's take for
/// ever for some patterns. What RE2 does not have (look-arounds, back references) matches anything.
/// Thread-safe.
final class Patterns implements RegularExpressionFactory {

    @Override
    public RegularExpression getRegularExpression(String regex) {
        return compile(regex).map(Patterns::expression).orElse(_ -> true);
    }

    /// @return empty if RE2 does not have it, or if it is too large
    static Optional<Pattern> compile(String regex) {
        if (PatternSize.of(regex) > PatternSize.LARGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pattern.compile(regex));
        } catch (PatternSyntaxException _) {
            return Optional.empty();
        }
    }

    private static RegularExpression expression(Pattern pattern) {
        return text ->
                !CheckWork.take((long) pattern.programSize() * text.length())
                        || pattern.matcher(text).find();
    }
}
