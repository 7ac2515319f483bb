package dev.millrace.cli.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class JsonTreeTest {

    private final JsonTree tree =
            new JsonTree(
                    JsonMapper.builder()
                            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                            .build());

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1e999999999999}", "1e999999999999", "{\"a\":", "hello"})
    void what_cannot_be_read_has_one_kind_of_exception(String text) {
        assertThatThrownBy(() -> tree.read(text)).isInstanceOf(JacksonException.class);
    }

    @Test
    void a_text_without_a_value_is_a_missing_node() {
        assertThat(tree.read(" ").isMissingNode()).isTrue();
    }
}
