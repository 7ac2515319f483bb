package dev.millrace.configuration.document;

import dev.millrace.configuration.ApiKey;
import dev.millrace.configuration.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Reads one tenant and its keys.
final class TenantReader {

    private TenantReader() {}

    /// @param hashes of the keys read so far; a key belongs to one tenant
    static Optional<Tenant> read(Section section, Set<String> hashes) {
        String id = section.requiredText("id");
        if (!id.isEmpty() && !id.matches("[A-Za-z0-9._-]{1,64}")) {
            section.problem("id", "letters, digits, dots, underscores and hyphens, at most 64");
        }
        List<ApiKey> keys = new ArrayList<>();
        for (Section key : section.sections("keys")) {
            String keyId = key.requiredText("id");
            String sha256 = key.requiredText("sha256").toLowerCase(Locale.ROOT);
            key.build(() -> new ApiKey(keyId, sha256)).ifPresent(keys::add);
            if (!hashes.add(sha256)) {
                key.problem("sha256", "is given to another key already");
            }
        }
        if (keys.isEmpty()) {
            section.problem("keys", "needs at least one key");
        }
        List<String> models = section.texts("models");
        section.unsupported("limits");
        section.unsupported("budgets");
        return section.build(() -> new Tenant(id, keys, Set.copyOf(models)));
    }
}
