package dev.millrace.worker.local.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The samples of an answer in Prometheus' text format
/// (<https://prometheus.io/docs/instrumenting/exposition_formats/>), by name, whatever their labels
/// are: a server has a sample for each engine and each model. Lines that are no samples, and
/// samples that are no finite numbers, are passed over.
record Gauges(Map<String, List<Double>> samples) {
    static final Gauges NONE = new Gauges(Map.of());

    static Gauges read(byte[] text) {
        Map<String, List<Double>> samples = new HashMap<>();
        new String(text, UTF_8)
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> readSample(line, samples));
        return new Gauges(samples);
    }

    /// The sum over all labels, as a number of requests; null where there is no such sample or the
    /// sum is no number of requests.
    @Nullable Integer sum(String name) {
        List<Double> found = samples.get(name);
        if (found == null) {
            return null;
        }
        double sum = found.stream().mapToDouble(Double::doubleValue).sum();
        return sum >= 0 && sum <= Integer.MAX_VALUE ? (int) sum : null;
    }

    /// The largest over all labels, as a share; null where there is no such sample or it is no
    /// share.
    @Nullable Double largestShare(String name) {
        List<Double> found = samples.get(name);
        if (found == null) {
            return null;
        }
        double largest = found.stream().mapToDouble(Double::doubleValue).max().orElse(-1);
        return largest >= 0 && largest <= 1 ? largest : null;
    }

    /// A name, perhaps labels in braces, a number, perhaps a time.
    private static void readSample(String line, Map<String, List<Double>> samples) {
        int name = 0;
        while (name < line.length() && "{ \t".indexOf(line.charAt(name)) < 0) {
            name++;
        }
        String rest = line.substring(name).strip();
        String value = rest.startsWith("{") ? rest.substring(lengthOfLabels(rest)) : rest;
        String[] numbers = value.strip().split("\\s+", 2);
        try {
            double number = Double.parseDouble(numbers[0]);
            if (Double.isFinite(number)) {
                samples.computeIfAbsent(line.substring(0, name), _ -> new ArrayList<>())
                        .add(number);
            }
        } catch (NumberFormatException _) {
            return;
        }
    }

    /// Labels' values are quoted and may hold anything, a quote behind a backslash too.
    private static int lengthOfLabels(String text) {
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '}' && !quoted) {
                return i + 1;
            }
        }
        return text.length();
    }
}
