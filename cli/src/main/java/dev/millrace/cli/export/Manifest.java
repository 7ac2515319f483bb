package dev.millrace.cli.export;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a folder holds, and how far.
///
/// @param settings what it was begun with
/// @param topic the topic's name
/// @param topicId the topic's id: a topic that was deleted and made anew is another one
/// @param next the offset of each partition from which on nothing is exported yet
record Manifest(
        ExportSettings settings, String topic, String topicId, SortedMap<Integer, Long> next) {

    private static final int VERSION = 1;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    Manifest {
        next = Collections.unmodifiableSortedMap(new TreeMap<>(next));
    }

    /// @throws ExportRefused if the text is no manifest, or one of a later version
    static Manifest parse(String text) {
        try {
            JsonNode root = JSON.readTree(text);
            if (root.path("version").asInt(0) != VERSION) {
                throw new ExportRefused("the manifest is of a version that is not known");
            }
            JsonNode since = root.path("since");
            SortedMap<Integer, Long> next = new TreeMap<>();
            for (Map.Entry<String, JsonNode> entry : root.required("next_offsets").properties()) {
                next.put(Integer.valueOf(entry.getKey()), entry.getValue().longValue());
            }
            return new Manifest(
                    new ExportSettings(
                            ExportSettings.Content.valueOf(root.required("content").stringValue()),
                            ExportSettings.Format.valueOf(root.required("format").stringValue()),
                            since.isString() ? Instant.parse(since.stringValue()) : null,
                            root.required("billing_account").stringValue()),
                    root.required("topic").stringValue(),
                    root.required("topic_id").stringValue(),
                    next);
        } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
            throw new ExportRefused("the manifest cannot be read: " + e.getMessage());
        }
    }

    String text() {
        ObjectNode root =
                JSON.createObjectNode()
                        .put("version", VERSION)
                        .put("content", settings.content().name())
                        .put("format", settings.format().name())
                        .put("topic", topic)
                        .put("topic_id", topicId)
                        .put("since", text(settings.since()))
                        .put("billing_account", settings.billingAccount());
        ObjectNode offsets = root.putObject("next_offsets");
        next.forEach((partition, offset) -> offsets.put(partition.toString(), offset));
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    /// The manifest when a file is there.
    Manifest with(ExportFile file) {
        SortedMap<Integer, Long> further = new TreeMap<>(next);
        further.put(file.partition(), file.until());
        return new Manifest(settings, topic, topicId, further);
    }

    /// Refuses to carry on what was begun otherwise. Asking for less than there is since the start
    /// is not otherwise: the start stays.
    void check(ExportSettings asked, String asksTopicId) {
        Instant since = settings.since();
        Instant asksSince = asked.since();
        if (asked.content() != settings.content() || asked.format() != settings.format()) {
            throw new ExportRefused(
                    "the folder holds "
                            + settings.content().word()
                            + " as "
                            + settings.format()
                            + ": export "
                            + asked.content().word()
                            + " as "
                            + asked.format()
                            + " to another one");
        }
        if (!asked.billingAccount().equals(settings.billingAccount())) {
            throw new ExportRefused(
                    "the folder's rows name the billing account " + settings.billingAccount());
        }
        if (!asksTopicId.equals(topicId)) {
            throw new ExportRefused(
                    "the folder was exported from another topic "
                            + topic
                            + " (id "
                            + topicId
                            + ", this one is "
                            + asksTopicId
                            + "): export to another one");
        }
        if (since != null && asksSince != null && asksSince.isBefore(since)) {
            throw new ExportRefused(
                    "the folder starts at "
                            + since
                            + ": export what is older to another one, or leave --since out");
        }
    }

    private static @Nullable String text(@Nullable Instant time) {
        return time == null ? null : time.toString();
    }
}
