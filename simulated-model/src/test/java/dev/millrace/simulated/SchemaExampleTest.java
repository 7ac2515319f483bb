package dev.millrace.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class SchemaExampleTest {
    private static final JsonMapper JSON = new JsonMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'type':'integer'} | 0",
                "{'type':'integer','minimum':3} | 3",
                "{'type':'integer','exclusiveMinimum':3} | 4",
                "{'type':'integer','minimum':-5,'maximum':-2} | -2",
                "{'type':'integer','minimum':5,'multipleOf':4} | 8",
                "{'type':'number','exclusiveMaximum':0} | -0.5",
                "{'type':'number','minimum':0.25,'maximum':0.25} | 0.25",
                "{'type':'number','exclusiveMinimum':0,'exclusiveMaximum':0.1} | 0.05",
                "{'type':'number','minimum':1.1,'multipleOf':0.25} | 1.25",
                "{'type':'string'} | 'simulated'",
                "{'type':'string','maxLength':3} | 'sim'",
                "{'type':'string','minLength':12} | 'simulatedsimulated'",
                "{'type':'array','items':{'type':'boolean'},'minItems':2} | [true,true]",
                "{'type':'array','items':{'type':'boolean'},'maxItems':0} | []",
                "{'$ref':'#/$defs/x','$defs':{'x':{'enum':['a','b']}}} | 'a'"
            })
    void values_are_those_next_to_zero_and_texts_are_as_long_as_they_must_be(
            String schema, String expected) {
        assertThat(example(schema)).isEqualTo(expected.replace('\'', '"'));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^[A-Z]{3}-\\\\d{4}$",
                "^(\\\\+\\\\d{1,3} )?\\\\(?\\\\d{3}\\\\)?$",
                "^[^@]+@[a-z]+\\\\.(com|org)$",
                "^a*b+c?$",
                "^2024-\\\\d{2}$"
            })
    void texts_match_their_pattern(String pattern) {
        String made = example("{'type':'string','pattern':'" + pattern + "'}");

        assertThat(JSON.readTree(made).asString()).matches(pattern.replace("\\\\", "\\"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "((x{99}){99}){99}{99}",
                "x{1000000}",
                "x{1,1000}",
                "((((((((((x)+)+)+)+)+)+)+)+)+)+",
                "[z-a]"
            })
    void patterns_that_are_too_large_or_wrong_are_left(String pattern) {
        assertThat(example("{'type':'string','pattern':'" + pattern + "'}"))
                .isEqualTo("\"simulated\"");
    }

    private static String example(String schema) {
        return SchemaExample.of(JSON.readTree(schema.replace('\'', '"'))).toString();
    }
}
