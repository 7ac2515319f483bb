package dev.millrace.configuration.document;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.AwsRole;
import dev.millrace.configuration.Guardrail;
import dev.millrace.configuration.Limits;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.Provider;
import dev.millrace.configuration.ProviderKey;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.SecretReference;
import dev.millrace.configuration.Timeouts;
import dev.millrace.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads one provider.
final class ProviderReader {

    private ProviderReader() {}

    static Optional<Provider> read(Section section) {
        String name = section.requiredText("name");
        if (!name.isEmpty() && !Topics.PROVIDER_NAME.matcher(name).matches()) {
            section.problem(
                    "name",
                    "lower-case letters, digits and hyphens, at most 63, got '" + name + "'");
        }
        ProviderKind kind = kind(section);
        Addresses addresses = Addresses.read(section, kind);
        List<ProviderKey> keys = keys(section, kind);
        Account account =
                new Account(
                        section.text("organization").orElse(null),
                        project(section, kind),
                        section.value("region", ProviderReader::word).orElse(null),
                        section.text("api-version").orElse(null),
                        role(section, kind, keys),
                        guardrail(section, kind));
        Map<String, String> headers = section.textMap("headers");
        Location location =
                section.value("location", ProviderReader::location).orElse(Location.CLOUD);
        boolean dropping =
                section.value("unsupported-parameters", ProviderReader::dropping).orElse(false);
        Limits limits = limits(section.section("limits"));
        Optional<Timeouts> timeouts = timeouts(section.section("timeouts"), kind);
        Duration keepAlive = keepAlive(section, kind);
        return section.build(() ->
                new Provider(
                        name,
                        kind,
                        addresses.baseUrl(),
                        keys,
                        account,
                        headers,
                        location,
                        limits,
                        dropping,
                        timeouts.orElse(Timeouts.DEFAULT),
                        keepAlive,
                        addresses.replicas()));
    }

    private static Limits limits(Section section) {
        Optional<Long> concurrency = section.wholeNumber("concurrency", 1, Limits.MOST_CONCURRENT);
        Optional<Long> requests =
                section.wholeNumber("requests-per-minute", 1, Limits.MOST_PER_MINUTE);
        Optional<Long> tokens = section.wholeNumber("tokens-per-minute", 1, Limits.MOST_PER_MINUTE);
        Optional<Long> reserved =
                section.wholeNumber("reserved-completion-tokens", 1, Limits.MOST_PER_MINUTE);
        section.rejectUnknown();
        boolean fits = reserved.isEmpty() || reserved.get() < tokens.orElse(0L);
        if (!fits) {
            section.problem("reserved-completion-tokens", "must be less than 'tokens-per-minute'");
        }
        return new Limits(
                concurrency.map(Long::intValue).orElse(Limits.DEFAULT.concurrency()),
                requests.orElse(null),
                tokens.orElse(null),
                fits ? reserved.orElse(null) : null);
    }

    private static List<ProviderKey> keys(Section section, ProviderKind kind) {
        List<ProviderKey> keys = new ArrayList<>();
        section.value("api-key", SecretReference::new)
                .ifPresent(reference -> keys.add(new ProviderKey(reference)));
        for (Section one : section.sections("api-keys")) {
            long weight = one.wholeNumber("weight", 1, 1000).orElse(1L);
            if (!one.has("key")) {
                one.problem("key", "is missing");
            }
            one.value("key", SecretReference::new)
                    .ifPresent(reference -> keys.add(new ProviderKey(reference, (int) weight)));
            one.rejectUnknown();
        }
        if (keys.size() > 1 && !kind.sharesKeys()) {
            section.problem("api-keys", "a provider of this kind has one key, its 'api-key'");
        }
        return keys;
    }

    private static ProviderKind kind(Section section) {
        String spelling = section.requiredText("kind");
        Optional<ProviderKind> kind = ProviderKind.of(spelling);
        if (kind.isEmpty() && !spelling.isEmpty()) {
            section.problem(
                    "kind",
                    "'"
                            + spelling
                            + "' is not supported; there are "
                            + Arrays.stream(ProviderKind.values())
                                    .map(ProviderKind::spelling)
                                    .collect(Collectors.joining(", ")));
        }
        return kind.orElse(ProviderKind.OPENAI);
    }

    private static Optional<Timeouts> timeouts(Section section, ProviderKind kind) {
        var connect = section.duration("connect").orElse(Timeouts.DEFAULT.connect());
        var firstToken = section.duration("first-token").orElse(Timeouts.DEFAULT.firstToken());
        var idle = section.duration("idle").orElse(Timeouts.DEFAULT.idle());
        var total = section.duration("total").orElse(Timeouts.DEFAULT.total());
        var load =
                section.duration("load")
                        .orElse(kind.loadsOnDemand() ? Timeouts.LOADING : firstToken);
        if (section.has("load") && !kind.selfHosted()) {
            section.problem("load", "is for self-hosted kinds alone, not for " + kind.spelling());
        }
        return section.build(() -> new Timeouts(connect, firstToken, idle, total, load));
    }

    private static @Nullable Duration keepAlive(Section section, ProviderKind kind) {
        Duration keepAlive = section.duration("keep-alive").orElse(null);
        if (keepAlive == null) {
            return null;
        }
        if (!kind.keepsModelsAlive()) {
            section.problem("keep-alive", "is for kind ollama alone, not for " + kind.spelling());
            return null;
        }
        if (keepAlive.isZero()) {
            section.problem("keep-alive", "must be longer than nothing");
            return null;
        }
        return keepAlive;
    }

    private static @Nullable String project(Section section, ProviderKind kind) {
        if (kind.needsProject() && !section.has("project")) {
            section.problem("project", "is missing");
        }
        return section.value("project", ProviderReader::word).orElse(null);
    }

    private static @Nullable AwsRole role(
            Section section, ProviderKind kind, List<ProviderKey> keys) {
        if (section.has("role") && !keys.isEmpty()) {
            section.problem("role", "is assumed with a credential of AWS, not with an 'api-key'");
        }
        return ofBedrock("role", section, kind)
                .flatMap(role -> {
                    String arn = role.requiredText("arn");
                    String externalId = role.text("external-id").orElse(null);
                    return arn.isEmpty()
                            ? Optional.<AwsRole>empty()
                            : role.build(() -> new AwsRole(arn, externalId));
                })
                .orElse(null);
    }

    private static @Nullable Guardrail guardrail(Section section, ProviderKind kind) {
        return ofBedrock("guardrail", section, kind)
                .flatMap(guardrail -> {
                    String id = guardrail.requiredText("id");
                    String version = guardrail.text("version").orElse("DRAFT");
                    return id.isEmpty()
                            ? Optional.<Guardrail>empty()
                            : guardrail.build(() -> new Guardrail(id, version));
                })
                .orElse(null);
    }

    private static Optional<Section> ofBedrock(String key, Section section, ProviderKind kind) {
        if (!section.has(key)) {
            return Optional.empty();
        }
        Section own = section.section(key);
        if (kind != ProviderKind.BEDROCK) {
            section.problem(key, "is for kind bedrock alone, not for " + kind.spelling());
            return Optional.empty();
        }
        return Optional.of(own);
    }

    /// What may go into an address as it is.
    private static String word(String text) {
        if (!text.matches("[A-Za-z0-9._:-]+")) {
            throw new IllegalArgumentException(
                    "letters, digits, '.', '_', ':' and '-', got '" + text + "'");
        }
        return text;
    }

    private static Location location(String text) {
        return switch (text) {
            case "cloud" -> Location.CLOUD;
            case "local" -> Location.LOCAL;
            default ->
                    throw new IllegalArgumentException(
                            "expected cloud or local, got '" + text + "'");
        };
    }

    private static boolean dropping(String text) {
        return switch (text) {
            case "drop" -> true;
            case "reject" -> false;
            default ->
                    throw new IllegalArgumentException(
                            "expected reject or drop, got '" + text + "'");
        };
    }
}
