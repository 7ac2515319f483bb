package dev.millrace.worker.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A model that a provider lists.
///
/// @param name the name there; `*` stands for any name
/// @param contextWindow in tokens; null where the provider does not say
/// @param capabilities as the configuration document spells them; empty where the provider does not
///   say
public record ListedModel(String name, @Nullable Long contextWindow, List<String> capabilities) {

    public ListedModel {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a model without a name");
        }
        capabilities = List.copyOf(capabilities);
    }

    public ListedModel(String name) {
        this(name, null, List.of());
    }
}
