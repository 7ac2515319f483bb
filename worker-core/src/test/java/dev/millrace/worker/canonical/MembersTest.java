package dev.millrace.worker.canonical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MembersTest {
    private static final Set<String> TRANSLATED =
            Set.of("seed", "extra.own.cache", "extra.own.deep.x");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"seed\":1,\"extra\":{\"own\":{\"cache\":7,\"deep\":{\"x\":{\"any\":1}}}}}",
                "{\"extra\":{\"own\":{\"deep\":{}}}}",
                "{\"extra\":{\"own\":{\"unknown\":null}}}",
                "{\"extra\":null}",
            })
    void a_member_within_is_translated(String request) throws Exception {
        assertThat(members(false).check(json(request))).isEqualTo(json(request));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"extra\":{\"other\":{}}}|extra.other",
                "{\"extra\":{\"own\":{\"cache\":7,\"more\":1}}}|extra.own.more",
                "{\"extra\":{\"own\":{\"deep\":{\"y\":1}}}}|extra.own.deep.y",
                "{\"extra.own.cache\":7}|extra.own.cache",
                "{\"extra\":{\"own.cache\":7}}|extra.own.cache",
            })
    void what_else_is_within_is_refused_by_its_whole_name(String request, String name) {
        assertThatThrownBy(() -> members(false).check(json(request)))
                .isInstanceOfSatisfying(
                        Unmappable.class,
                        refused -> {
                            assertThat(refused.answer().param()).isEqualTo(name);
                            assertThat(refused.answer().code()).isEqualTo("unsupported_parameter");
                        });
    }

    @Test
    void what_else_is_within_is_left_out_where_the_configuration_says_so() throws Exception {
        JsonNode request =
                json(
                        """
                        {"seed":1,"more":2,"extra":{"other":{},"own":{"cache":7,"more":1,"deep":{"x":1,"y":2}}}}\
                        """);
        JsonNode before = request.deepCopy();

        assertThat(members(true).check(request))
                .isEqualTo(
                        json("{\"seed\":1,\"extra\":{\"own\":{\"cache\":7,\"deep\":{\"x\":1}}}}"));
        assertThat(request).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "[]", "\"x\""})
    void what_has_to_hold_members_is_an_object_whatever_is_left_out(String value) {
        assertThatThrownBy(() -> members(true).check(json("{\"extra\":{\"own\":" + value + "}}")))
                .isInstanceOf(Unmappable.class)
                .hasMessage("'extra.own' must be an object.");
    }

    private static Members members(boolean dropping) {
        return new Members(TRANSLATED, dropping);
    }

    private static JsonNode json(String json) {
        return Objects.requireNonNull(Bodies.tree(json));
    }
}
