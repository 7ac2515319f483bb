package dev.millrace.ingress.intake;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Labels for cost attribution, as `x-millrace-labels` writes them: `k=v,k=v`.
final class Labels {

    static final int MOST = 16;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[\\x21-\\x2b\\x2d-\\x7e ]{0,256}");

    private Labels() {}

    static Map<String, String> parse(@Nullable String header) throws Refused {
        if (header == null || header.isBlank()) {
            return Map.of();
        }
        Map<String, String> labels = new LinkedHashMap<>();
        for (String pair : header.split(",", MOST + 2)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? "" : pair.substring(0, equals).strip();
            String value = pair.substring(equals + 1).strip();
            if (!NAME.matcher(name).matches() || !VALUE.matcher(value).matches()) {
                throw refused(
                        "expected name=value pairs separated by commas, names of 1 to 64 letters,"
                                + " digits, '_', '.' or '-', values of up to 256 printable ASCII"
                                + " characters");
            }
            if (labels.put(name, value) != null) {
                throw refused("the label '" + name + "' is given twice");
            }
            if (labels.size() > MOST) {
                throw refused("more than " + MOST + " labels");
            }
        }
        return labels;
    }

    private static Refused refused(String why) {
        return new Refused(
                Refusal.invalid(
                        "x-millrace-labels", "invalid_labels", "x-millrace-labels: " + why + "."));
    }
}
