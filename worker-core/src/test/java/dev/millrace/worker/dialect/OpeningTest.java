package dev.millrace.worker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpeningTest {
    private static final String SYSTEM = "{\"role\":\"system\",\"content\":\"Be brief. ü\"}";
    private static final String USER =
            "{\"content\":[{\"type\":\"text\",\"text\":\"Hi\",\"role\":\"x\"}],\"role\":\"user\"}";

    @Test
    void every_turn_of_a_conversation_has_the_same_opening() {
        String later =
                ",{\"role\":\"assistant\",\"content\":\"Hello\"},{\"role\":\"user\",\"content\":\"More\"}";

        OptionalLong first =
                opening("{\"model\":\"m\",\"messages\":[" + SYSTEM + "," + USER + "]}");

        assertThat(first).isPresent();
        assertThat(opening("{\"messages\":[" + SYSTEM + "," + USER + later + "],\"stream\":true}"))
                .isEqualTo(first);
        assertThat(
                        opening(
                                "{\"tools\":[{\"messages\":[1]}],\"model\":\"n\",\"messages\" : [ "
                                        + SYSTEM
                                        + ","
                                        + USER
                                        + " ] }"))
                .isEqualTo(first);
    }

    @Test
    void another_instruction_or_another_first_question_is_another_opening() {
        OptionalLong opening = opening("{\"messages\":[" + SYSTEM + "," + USER + "]}");

        assertThat(opening("{\"messages\":[" + USER + "]}")).isNotEqualTo(opening);
        assertThat(opening("{\"messages\":[" + SYSTEM + "," + USER.replace("Hi", "Ho") + "]}"))
                .isNotEqualTo(opening);
        assertThat(opening("{\"messages\":[" + SYSTEM + "]}")).isPresent().isNotEqualTo(opening);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"messages\":[]}",
                "{\"messages\":{\"role\":\"user\"}}",
                "{\"messages\":[\"user\"]}",
                "{\"input\":\"text\"}",
                "{\"messages\":[{\"role\":\"user\","
            })
    void what_has_no_messages_has_no_opening(String body) {
        assertThat(opening(body)).isEmpty();
    }

    private static OptionalLong opening(String body) {
        return Opening.checksum(body.getBytes(UTF_8));
    }
}
