package dev.millrace.worker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatBodyTest {
    private static final List<ChatBody.Said> MORE =
            List.of(
                    new ChatBody.Said("assistant", "{\"ü\":"),
                    new ChatBody.Said("user", "again\n"));
    private static final String ADDED =
            "{\"role\":\"assistant\",\"content\":\"{\\\"ü\\\":\"},"
                    + "{\"role\":\"user\",\"content\":\"again\\n\"}";

    @Test
    void a_member_is_found_as_it_was_written() {
        assertThat(member("{ \"a\":[{\"f\":1}], \"f\" : {\"x\": 1e0 } , \"b\":2}"))
                .contains("{\"x\": 1e0 }");
        assertThat(member("{\"f\":1,\"f\":\"ü\"}")).contains("\"ü\"");
        assertThat(member("{\"a\":\"f\"}")).isEmpty();
        assertThat(member("{\"a\":{\"f\":1}}")).isEmpty();
        assertThat(member("{\"f\":")).isEmpty();
        assertThat(member("\"f\"")).isEmpty();
    }

    @Test
    void turns_are_added_at_the_end_and_nothing_else_changes() {
        assertThat(with("{ \"messages\" : [ {\"role\":\"user\",\"content\":[1]} ] ,\"x\":1.0}"))
                .isEqualTo(
                        "{ \"messages\" : [ {\"role\":\"user\",\"content\":[1]} ,"
                                + ADDED
                                + "] ,\"x\":1.0}");
        assertThat(with("{\"messages\":[]}")).isEqualTo("{\"messages\":[" + ADDED + "]}");
        assertThat(with("{\"metadata\":{\"messages\":[0]},\"messages\":[1,[2]]}"))
                .isEqualTo("{\"metadata\":{\"messages\":[0]},\"messages\":[1,[2]," + ADDED + "]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"messages\":7}", "{\"messages\":[", "[]", "{\"messages\":[}"})
    void nothing_is_added_to_a_body_without_messages(String body) {
        assertThat(ChatBody.with(body.getBytes(UTF_8), MORE)).isEmpty();
    }

    private static Optional<String> member(String body) {
        return ChatBody.member(body.getBytes(UTF_8), "f").map(found -> new String(found, UTF_8));
    }

    private static String with(String body) {
        return new String(ChatBody.with(body.getBytes(UTF_8), MORE).orElseThrow(), UTF_8);
    }
}
