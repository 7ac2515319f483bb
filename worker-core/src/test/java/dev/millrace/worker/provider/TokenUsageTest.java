package dev.millrace.worker.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenUsageTest {

    /// Each class is the first to be initialized in a class loader of its own.
    @ParameterizedTest
    @ValueSource(classes = {TokenUsage.class, TokenUsage.Details.class})
    void nothing_has_details_whichever_class_is_needed_first(Class<?> first) throws Exception {
        URL classes = TokenUsage.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, null)) {
            Class.forName(first.getName(), true, loader);
            Class<?> usage = Class.forName(TokenUsage.class.getName(), true, loader);

            Object nothing = usage.getField("NONE").get(null);

            assertThat(usage.getMethod("details").invoke(nothing)).isNotNull();
        }
    }

    @Test
    void counts_are_not_negative() {
        assertThatThrownBy(() -> new TokenUsage(0, -1, 0, 0, 0, false))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TokenUsage.Details(0, 0, 0, 0, -1, 0, null))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
