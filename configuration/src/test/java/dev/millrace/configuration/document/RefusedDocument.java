package dev.millrace.configuration.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;

/// A document that is refused.
final class RefusedDocument {
    private RefusedDocument() {}

    /// What is wrong with it.
    static List<String> problems(String yaml) {
        InvalidDocument refused =
                catchThrowableOfType(
                        InvalidDocument.class, () -> ConfigurationDocument.parse(yaml));
        assertThat(refused).as("the document is refused").isNotNull();
        return refused.problems().stream().map(Problem::toString).toList();
    }
}
