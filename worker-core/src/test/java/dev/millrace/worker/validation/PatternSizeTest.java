package dev.millrace.worker.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternSizeTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$",
                "^\\d{4}-\\d{2}-\\d{2}T(\\d{2}:){2}\\d{2}(\\.\\d{1,9})?Z$",
                "^\\p{Lu}\\p{L}{1,100}$",
                "((x{10}){10}){10}",
                "(a|b|[^]\\])}]{3}){2,40}",
                "(?:[\\w.+-]{1,64}@(?:[a-z]{2,10}\\.){1,5}[a-z]{2,})",
                "x{1000}",
                "a{,3}b{c}",
            })
    void a_usual_pattern_is_rated_at_half_its_size_or_more_and_allowed(String pattern) {
        assertThat(PatternSize.of(pattern))
                .isBetween(Pattern.compile(pattern).programSize() / 2L, PatternSize.LARGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(x{1000}){1000}",
                "((x{100}){100}){100}",
                "((((((((x{9}){9}){9}){9}){9}){9}){9}){9})",
                "([)]x{1000}){1000}",
                "(\\)x{1000}){1000}",
                "(\\Q)\\E(x{1000}\\Q)(\\E){1000}",
                "([[:alpha:])]x{1000}){1000}",
                "(x{1000}){99999999999999999999}",
                "x)(",
                "((",
            })
    void what_becomes_large_or_cannot_be_rated_is_not_allowed(String pattern) {
        assertThat(PatternSize.of(pattern)).isGreaterThan(PatternSize.LARGEST);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\p{L}", "[\\p{L}\\p{N}]", "\\PL"})
    void tables_of_unicode_are_not_for_nothing(String pattern) {
        assertThat(PatternSize.of(pattern)).isGreaterThan(99);
        assertThat(PatternSize.of(pattern.repeat(201))).isGreaterThan(PatternSize.LARGEST);
    }
}
