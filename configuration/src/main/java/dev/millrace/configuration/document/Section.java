package dev.millrace.configuration.document;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// A mapping of the document that is being read. Each reader method takes a key once; what is wrong
/// is noted with its place, and reading goes on, so that one look finds every mistake. Keys that
/// nobody read are unknown ones.
final class Section {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

    private final String path;
    private final Node node;
    private final List<Problem> problems;
    private final Map<String, NodeTuple> unread = new LinkedHashMap<>();
    private final Map<String, Node> read = new HashMap<>();

    private Section(String path, Node node, List<Problem> problems) {
        this.path = path;
        this.node = node;
        this.problems = problems;
    }

    /// Reads a node as a mapping; anything else is noted and reads as an empty one.
    static Section of(String path, @Nullable Node node, Node parent, List<Problem> problems) {
        Section section = new Section(path, node == null ? parent : node, problems);
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                section.add(tuple);
            }
        } else if (node != null && !isEmpty(node)) {
            section.problem(node, path, "expected a mapping of keys to values");
        }
        return section;
    }

    private void add(NodeTuple tuple) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
            problem(tuple.getKeyNode(), path, "a key must be a word");
        } else if (unread.put(key.getValue(), tuple) != null) {
            problem(key, child(key.getValue()), "is given twice");
        }
    }

    Optional<String> text(String key) {
        Node value = take(key);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
            return Optional.of(scalar.getValue());
        }
        problem(value, child(key), "expected a text");
        return Optional.empty();
    }

    String requiredText(String key) {
        if (!unread.containsKey(key)) {
            problem(node, child(key), "is missing");
            return "";
        }
        return text(key).orElse("");
    }

    /// A text turned into a value; `convert` throws IllegalArgumentException with the reason.
    <T> Optional<T> value(String key, Function<String, T> convert) {
        return text(key).flatMap(text -> converted(key, text, convert));
    }

    Optional<Long> wholeNumber(String key) {
        return value(
                key,
                text -> {
                    if (!text.matches("\\d{1,18}")) {
                        throw new IllegalArgumentException(
                                "expected a whole number, got '" + text + "'");
                    }
                    return Long.parseLong(text);
                });
    }

    Optional<Long> wholeNumber(String key, long least, long most) {
        Optional<Long> number = wholeNumber(key);
        if (number.isPresent() && (number.get() < least || number.get() > most)) {
            problem(key, "must be between " + least + " and " + most);
            return Optional.empty();
        }
        return number;
    }

    Optional<BigDecimal> decimal(String key) {
        return value(
                key,
                text -> {
                    if (!text.matches("-?\\d{1,20}(\\.\\d{1,20})?")) {
                        throw new IllegalArgumentException("expected a number, got '" + text + "'");
                    }
                    return new BigDecimal(text);
                });
    }

    /// Such as `500ms`, `30s`, `5m`, `24h`.
    Optional<Duration> duration(String key) {
        return value(key, Section::parseDuration);
    }

    List<String> texts(String key) {
        List<String> all = new ArrayList<>();
        for (Node item : items(key)) {
            if (item instanceof ScalarNode scalar && !scalar.getValue().isBlank()) {
                all.add(scalar.getValue());
            } else {
                problem(item, child(key), "expected a list of texts");
            }
        }
        return all;
    }

    /// Texts turned into values, without those that cannot be; `convert` throws
    /// IllegalArgumentException with the reason.
    <T> List<T> values(String key, Function<String, T> convert) {
        List<T> all = new ArrayList<>();
        for (String text : texts(key)) {
            converted(key, text, convert).ifPresent(all::add);
        }
        return all;
    }

    Map<String, String> textMap(String key) {
        Section section = section(key);
        Map<String, String> all = new LinkedHashMap<>();
        for (String name : List.copyOf(section.unread.keySet())) {
            section.text(name).ifPresent(text -> all.put(name, text));
        }
        return all;
    }

    Section section(String key) {
        return of(child(key), take(key), node, problems);
    }

    List<Section> sections(String key) {
        List<Section> all = new ArrayList<>();
        for (Node item : items(key)) {
            all.add(of(child(key) + "[" + all.size() + "]", item, node, problems));
        }
        return all;
    }

    boolean has(String key) {
        return unread.containsKey(key) || read.containsKey(key);
    }

    /// Notes that a key is part of the contract but that nothing acts on it yet.
    void unsupported(String key) {
        Node value = take(key);
        if (value != null && !isEmpty(value)) {
            problem(value, child(key), "is not supported yet, and would not be enforced");
        }
    }

    /// Notes something wrong with a key's value, or with the section where the key is absent.
    void problem(String key, String reason) {
        problem(read.getOrDefault(key, node), key.isEmpty() ? path : child(key), reason);
    }

    /// Builds a value whose constructor validates; its complaint becomes a problem of this section.
    <T> Optional<T> build(java.util.function.Supplier<T> constructor) {
        rejectUnknown();
        try {
            return Optional.of(constructor.get());
        } catch (IllegalArgumentException e) {
            problem(node, path, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    void rejectUnknown() {
        unread.forEach(
                (key, tuple) -> problem(tuple.getKeyNode(), child(key), "is not a known key"));
        unread.clear();
    }

    static Duration parseDuration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "expected a duration such as 500ms, 30s, 5m or 24h, got '" + text + "'");
        }
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
        };
    }

    private <T> Optional<T> converted(String key, String text, Function<String, T> convert) {
        try {
            return Optional.of(convert.apply(text));
        } catch (IllegalArgumentException e) {
            problem(key, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private List<Node> items(String key) {
        Node value = take(key);
        if (value == null || isEmpty(value)) {
            return List.of();
        }
        if (value instanceof SequenceNode sequence) {
            return sequence.getValue();
        }
        problem(value, child(key), "expected a list");
        return List.of();
    }

    private @Nullable Node take(String key) {
        NodeTuple tuple = unread.remove(key);
        if (tuple == null) {
            return null;
        }
        read.put(key, tuple.getValueNode());
        return tuple.getValueNode();
    }

    private static boolean isEmpty(Node value) {
        return value instanceof ScalarNode scalar && scalar.getValue().isEmpty();
    }

    private String child(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private void problem(Node at, String where, String reason) {
        Mark mark = at.getStartMark().orElse(null);
        problems.add(
                new Problem(
                        mark == null ? 1 : mark.getLine() + 1,
                        mark == null ? 1 : mark.getColumn() + 1,
                        where,
                        reason));
    }
}
