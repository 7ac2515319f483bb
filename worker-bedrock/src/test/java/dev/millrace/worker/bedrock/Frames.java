package dev.millrace.worker.bedrock;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.eventstream.HeaderValue;
import software.amazon.eventstream.Message;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Frames of `application/vnd.amazon.eventstream`: prelude, headers, body and both checksums.
final class Frames {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Frames() {}

    /// A frame for each line `{"event":…,"body":…}` or `{"exception":…,"body":…}`.
    static byte[][] of(String lines) {
        return lines.lines()
                .filter(line -> !line.isBlank())
                .map(Frames::frame)
                .toArray(byte[][]::new);
    }

    private static byte[] frame(String line) {
        JsonNode node = MAPPER.readTree(line);
        String kind = node.has("exception") ? "exception" : "event";
        Map<String, HeaderValue> headers = new LinkedHashMap<>();
        headers.put(":" + kind + "-type", HeaderValue.fromString(node.path(kind).stringValue()));
        headers.put(":content-type", HeaderValue.fromString("application/json"));
        headers.put(":message-type", HeaderValue.fromString(kind));
        ByteBuffer bytes =
                new Message(headers, node.path("body").toString().getBytes(UTF_8)).toByteBuffer();
        byte[] frame = new byte[bytes.remaining()];
        bytes.get(frame);
        return frame;
    }
}
