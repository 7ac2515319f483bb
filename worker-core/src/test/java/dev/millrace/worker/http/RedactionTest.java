package dev.millrace.worker.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
    private final Redaction redaction = new Redaction(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org-x0X1x2X3x4X5x6X7x8X9x0X1",
                "org-abcdefghijklmnop",
                "proj_x0X1x2X3x4X5x6X7x8X9x0X1",
                "proj_abcdefghij",
            })
    void an_account_at_the_provider_is_not_told(String account) {
        assertThat(redaction.of("Limit of gpt-4o in (" + account + ") on tokens: 30000."))
                .isEqualTo("Limit of gpt-4o in ([redacted]) on tokens: 30000.");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "an org-chart and an org-wide-announcement",
                "the fields proj_name and proj_id",
                "cyborg-abcdefghijklmnop and reproj_abcdefghij",
            })
    void words_that_begin_like_an_account_stay(String words) {
        assertThat(redaction.of(words)).isEqualTo(words);
    }
}
