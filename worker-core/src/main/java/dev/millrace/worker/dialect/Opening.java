package dev.millrace.worker.dialect;

import java.util.OptionalLong;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// How a conversation begins: its messages up to the first of the user's. Clients send these again,
/// byte for byte, with every later turn.
public final class Opening {

    private Opening() {}

    /// A checksum of the opening's bytes. Reads no further than the opening goes and copies nothing
    /// of it; what CRC-32C lacks is of no matter here, for two conversations may share one.
    ///
    /// @param body of a chat request; not changed
    /// @return 32 bits; empty if there are no messages, or it is not one JSON object in UTF-8
    public static OptionalLong checksum(byte[] body) {
        try (JsonParser parser = Json.parser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean messages = "messages".equals(parser.currentName());
                if (parser.nextToken() == JsonToken.START_ARRAY && messages) {
                    return ofMessages(body, parser);
                }
                parser.skipChildren();
            }
        } catch (JacksonException | Json.NotUtf8 _) {
            return OptionalLong.empty();
        }
        return OptionalLong.empty();
    }

    private static OptionalLong ofMessages(byte[] body, JsonParser parser) {
        int from = -1;
        int to = -1;
        boolean user = false;
        while (!user && parser.nextToken() == JsonToken.START_OBJECT) {
            from = from < 0 ? Json.start(parser) : from;
            user = isUsers(parser);
            to = Json.end(parser);
        }
        if (from < 0) {
            return OptionalLong.empty();
        }
        CRC32C checksum = new CRC32C();
        checksum.update(body, from, to - from);
        return OptionalLong.of(checksum.getValue());
    }

    /// Reads a message to its end.
    private static boolean isUsers(JsonParser parser) {
        boolean user = false;
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean role = "role".equals(parser.currentName());
            if (parser.nextToken() == JsonToken.VALUE_STRING && role) {
                user = "user".equals(parser.getString());
            } else {
                parser.skipChildren();
            }
        }
        return user;
    }
}
