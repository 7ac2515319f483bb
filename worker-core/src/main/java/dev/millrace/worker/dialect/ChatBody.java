package dev.millrace.worker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/// A client's chat request as bytes: what stands in it, and what is added to it, without reading it
/// as a tree.
public final class ChatBody {

    /// What one side says, added to a request.
    ///
    /// @param role `user` or `assistant`
    /// @param content text
    public record Said(String role, String content) {}

    private ChatBody() {}

    /// The JSON of one of the request's members. A request without it costs one look over its
    /// bytes; a name that is spelt with escapes is not seen.
    ///
    /// @param body not changed
    /// @return empty if it has no such member or is not one JSON object in UTF-8; of several the
    ///   last
    public static Optional<byte[]> member(byte[] body, String name) {
        if (!holds(body, Json.quoted(name))) {
            return Optional.empty();
        }
        byte[] found = null;
        try (JsonParser parser = Json.parser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean wanted = name.equals(parser.currentName());
                parser.nextToken();
                int from = Json.start(parser);
                if (wanted) {
                    found = Arrays.copyOfRange(body, from, Json.end(parser));
                } else {
                    parser.skipChildren();
                }
            }
        } catch (JacksonException | Json.NotUtf8 _) {
            return Optional.empty();
        }
        return Optional.ofNullable(found);
    }

    /// The same request with more at the end of its `messages`; every other byte stays.
    ///
    /// @param body not changed
    /// @return empty if it is no JSON object in UTF-8 with such an array
    public static Optional<byte[]> with(byte[] body, List<Said> more) {
        StringBuilder added = new StringBuilder();
        for (Said one : more) {
            added.append(added.isEmpty() ? "{\"role\":" : ",{\"role\":")
                    .append(quoted(one.role()))
                    .append(",\"content\":")
                    .append(quoted(one.content()))
                    .append('}');
        }
        int end = -1;
        boolean empty = true;
        try (JsonParser parser = Json.parser(body)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean messages = "messages".equals(parser.currentName());
                if (parser.nextToken() == JsonToken.START_ARRAY && messages) {
                    empty = parser.nextToken() == JsonToken.END_ARRAY;
                    while (parser.currentToken() != JsonToken.END_ARRAY) {
                        parser.skipChildren();
                        parser.nextToken();
                    }
                    end = Json.start(parser);
                } else {
                    parser.skipChildren();
                }
            }
        } catch (JacksonException | Json.NotUtf8 _) {
            return Optional.empty();
        }
        if (end < 0) {
            return Optional.empty();
        }
        byte[] turns = ((empty ? "" : ",") + added).getBytes(UTF_8);
        return Optional.of(new Splice(body).replace(end, end, turns).result());
    }

    private static String quoted(String text) {
        return new String(Json.quoted(text), UTF_8);
    }

    private static boolean holds(byte[] body, byte[] sought) {
        for (int at = 0; at <= body.length - sought.length; at++) {
            if (body[at] == sought[0]
                    && Arrays.equals(body, at, at + sought.length, sought, 0, sought.length)) {
                return true;
            }
        }
        return false;
    }
}
