package dev.millrace.configuration;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What a request may need of a model.
public enum Capability {
    CHAT,
    EMBEDDINGS,
    TOOLS,
    JSON_SCHEMA,
    VISION,
    STREAMING;

    /// As the document spells it: `json-schema`.
    public String spelling() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The capability of a spelling; empty for one that there is not.
    public static Optional<Capability> of(String spelling) {
        return Arrays.stream(values()).filter(one -> one.spelling().equals(spelling)).findFirst();
    }
}
