package dev.millrace.simulated;

import com.github.curiousoddman.rgxgen.RgxGen;
import com.github.curiousoddman.rgxgen.config.RgxGenOption;
import com.github.curiousoddman.rgxgen.config.RgxGenProperties;
import java.util.Random;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Makes up a text that the schema of a string accepts: of its pattern, or of its length. The same
/// schema gives the same text.
final class ExampleText {
    private static final String USUAL = "simulated";
    private static final int LONGEST = 10_000;
    private static final int LONGEST_PATTERN = 300;

    /// Repetitions multiply when they stand in one another: three of less than a hundred are
    /// bearable, and so are a few groups that are repeated without bound, which means twice here.
    private static final Pattern MANY =
            Pattern.compile("\\{\\d*,?\\d{3,}|(\\{.*){4}|(\\)[*+?].*){9}", Pattern.DOTALL);

    private static final RgxGenProperties SHORT = new RgxGenProperties();

    static {
        RgxGenOption.INFINITE_PATTERN_REPETITION.setInProperties(SHORT, 2);
    }

    private ExampleText() {}

    static String of(JsonNode schema) {
        String pattern = schema.path("pattern").asString("");
        return pattern.isEmpty() ? ofLength(schema) : matching(pattern);
    }

    /// The usual text for a pattern that is too large, or is none.
    private static String matching(String pattern) {
        if (pattern.length() > LONGEST_PATTERN || MANY.matcher(pattern).find()) {
            return USUAL;
        }
        try {
            return RgxGen.parse(SHORT, pattern).generate(new Random(pattern.hashCode()));
        } catch (RuntimeException _) {
            return USUAL;
        }
    }

    private static String ofLength(JsonNode schema) {
        int least = Math.clamp(schema.path("minLength").asInt(0), 0, LONGEST);
        int most = Math.max(0, schema.path("maxLength").asInt(LONGEST));
        String text = USUAL.length() >= least ? USUAL : USUAL.repeat(least / USUAL.length() + 1);
        return text.substring(0, Math.min(text.length(), Math.max(least, most)));
    }
}
