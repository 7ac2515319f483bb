package dev.millrace.worker.dialect;

import java.io.Serial;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.io.JsonStringEncoder;
import tools.jackson.core.json.JsonFactory;

/// Parsing with byte offsets.
final class Json {
    private static final int LONGEST_STRING = 64 * 1024 * 1024;
    private static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxStringLength(LONGEST_STRING).build())
                    .build();

    private Json() {}

    static JsonParser parser(byte[] json) {
        return FACTORY.createParser(ObjectReadContext.empty(), json);
    }

    /// Where the current token starts.
    static int start(JsonParser parser) {
        return offset(parser.currentTokenLocation().getByteOffset());
    }

    /// Where the current value ends, whatever it holds; the parser is at its last token then.
    static int end(JsonParser parser) {
        parser.skipChildren();
        parser.finishToken();
        return offset(parser.currentLocation().getByteOffset());
    }

    static byte[] quoted(String text) {
        byte[] inside = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        byte[] quoted = new byte[inside.length + 2];
        quoted[0] = '"';
        System.arraycopy(inside, 0, quoted, 1, inside.length);
        quoted[quoted.length - 1] = '"';
        return quoted;
    }

    private static int offset(long bytes) {
        if (bytes < 0) {
            throw new NotUtf8();
        }
        return (int) bytes;
    }

    /// JSON in UTF-16 or UTF-32, which the parser reads but has no byte offsets for.
    static final class NotUtf8 extends IllegalArgumentException {
        @Serial private static final long serialVersionUID = 1;

        NotUtf8() {
            super("JSON has to be UTF-8");
        }
    }
}
