package dev.millrace.configuration.document;

import dev.millrace.configuration.Capability;
import dev.millrace.configuration.Model;
import dev.millrace.configuration.Target;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads one model and its targets.
final class ModelReader {

    private ModelReader() {}

    /// @param providers the names of the configured providers
    static Optional<Model> read(Section section, Set<String> providers) {
        String name = section.requiredText("name");
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        for (String spelling : section.texts("capabilities")) {
            Capability.of(spelling)
                    .ifPresentOrElse(
                            capabilities::add,
                            () ->
                                    section.problem(
                                            "capabilities",
                                            "'" + spelling + "' is not a capability"));
        }
        Long contextWindow = section.wholeNumber("context-window").orElse(null);
        if (contextWindow != null && contextWindow < 1) {
            section.problem("context-window", "must be at least 1");
        }
        List<Target> targets = new ArrayList<>();
        for (Section target : section.sections("targets")) {
            target(target, providers).ifPresent(targets::add);
        }
        if (targets.isEmpty()) {
            section.problem("targets", "needs at least one target");
            section.texts("fallbacks");
            section.rejectUnknown();
            return Optional.empty();
        }
        List<String> fallbacks = section.texts("fallbacks");
        return section.build(
                () -> new Model(name, capabilities, contextWindow, targets, fallbacks));
    }

    /// Notes fallbacks that name no model, and models that fall back on themselves.
    static void check(Section section, Model model, Set<String> names) {
        Set<String> seen = new HashSet<>();
        for (String fallback : model.fallbacks()) {
            if (!names.contains(fallback)) {
                section.problem("fallbacks", "'" + fallback + "' is not a configured model");
            } else if (fallback.equals(model.name()) || !seen.add(fallback)) {
                section.problem("fallbacks", "'" + fallback + "' is tried already");
            }
        }
    }

    private static Optional<Target> target(Section section, Set<String> providers) {
        String provider = section.requiredText("provider");
        if (!provider.isEmpty() && !providers.contains(provider)) {
            section.problem("provider", "'" + provider + "' is not a configured provider");
        }
        String model = section.requiredText("model");
        long weight = section.wholeNumber("weight").orElse(1L);
        if (weight > 1_000_000) {
            section.problem("weight", "must be at most 1000000");
        }
        return section.build(() -> new Target(provider, model, (int) Math.min(weight, 1_000_000)));
    }
}
