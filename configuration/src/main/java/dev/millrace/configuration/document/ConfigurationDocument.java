package dev.millrace.configuration.document;

import dev.millrace.configuration.Configuration;
import dev.millrace.configuration.Defaults;
import dev.millrace.configuration.Model;
import dev.millrace.configuration.Provider;
import dev.millrace.configuration.Tenant;
import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/// Reads the configuration document as `docs/configuration.md` describes it.
public final class ConfigurationDocument {

    /// The longest text that is read, in characters.
    private static final int LONGEST = 64 * 1024 * 1024;

    private ConfigurationDocument() {}

    /// Reads and validates a document.
    ///
    /// @param yaml the text; an empty one is an empty configuration
    /// @throws InvalidDocument naming everything that is wrong, with line and column
    public static Configuration parse(String yaml) {
        List<Problem> problems = new ArrayList<>();
        Configuration configuration =
                compose(yaml).map(root -> read(root, problems)).orElse(Configuration.EMPTY);
        if (!problems.isEmpty()) {
            problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
            throw new InvalidDocument(problems);
        }
        return configuration;
    }

    static Optional<Node> compose(String yaml) {
        try {
            LoadSettings settings =
                    LoadSettings.builder()
                            .setUseMarks(true)
                            .setMaxAliasesForCollections(50)
                            .setCodePointLimit(LONGEST)
                            .build();
            return new Compose(settings).composeString(yaml);
        } catch (MarkedYamlEngineException e) {
            Mark mark = e.getProblemMark().orElse(null);
            String reason = "not valid YAML: " + e.getProblem();
            throw new InvalidDocument(
                    List.of(
                            new Problem(
                                    mark == null ? 1 : mark.getLine() + 1,
                                    mark == null ? 1 : mark.getColumn() + 1,
                                    "",
                                    reason)));
        } catch (YamlEngineException e) {
            throw new InvalidDocument(
                    List.of(new Problem(1, 1, "", "not valid YAML: " + e.getMessage())));
        }
    }

    private static Configuration read(Node root, List<Problem> problems) {
        Section document = Section.of("", root, root, problems);
        List<Provider> providers = new ArrayList<>();
        for (Section section : document.sections("providers")) {
            ProviderReader.read(section)
                    .ifPresent(one -> addOnce(section, providers, one, Provider::name, "name"));
        }
        Set<String> providerNames = names(providers, Provider::name);
        List<Model> models = models(document, providerNames);
        List<Tenant> tenants = new ArrayList<>();
        Set<String> hashes = new HashSet<>();
        for (Section section : document.sections("tenants")) {
            TenantReader.read(section, hashes)
                    .ifPresent(one -> addOnce(section, tenants, one, Tenant::id, "id"));
        }
        document.unsupported("routes");
        Defaults defaults = defaults(document.section("defaults"), providerNames);
        PriceList prices = prices(document, providers, providerNames, defaults.currency());
        document.rejectUnknown();
        return new Configuration(providers, models, tenants, prices, defaults);
    }

    private static List<Model> models(Section document, Set<String> providers) {
        Map<Section, Model> read = new LinkedHashMap<>();
        List<Model> models = new ArrayList<>();
        for (Section section : document.sections("models")) {
            ModelReader.read(section, providers)
                    .ifPresent(model -> {
                        addOnce(section, models, model, Model::name, "name");
                        read.put(section, model);
                    });
        }
        Set<String> names = names(models, Model::name);
        read.forEach((section, model) -> ModelReader.check(section, model, names));
        return models;
    }

    private static PriceList prices(
            Section document, List<Provider> providers, Set<String> names, String currency) {
        List<PriceEntry> entries = PriceEntries.read(document, names, currency, "configuration");
        Map<String, String> kinds =
                providers.stream()
                        .collect(
                                Collectors.toMap(
                                        Provider::name, one -> one.kind().spelling(), (a, b) -> a));
        List<PriceEntry> starter =
                StarterPrices.entries().stream()
                        .filter(entry -> entry.currency().equals(currency))
                        .toList();
        return new PriceList(entries, starter, kinds);
    }

    private static Defaults defaults(Section section, Set<String> providers) {
        String model = section.text("model").orElse(null);
        String provider = section.text("provider").orElse(null);
        if (provider != null && !providers.contains(provider)) {
            section.problem("provider", "'" + provider + "' is not a configured provider");
        }
        String lane = section.text("lane").orElse("interactive");
        if (!lane.equals("interactive") && !lane.equals("batch")) {
            section.problem("lane", "expected interactive or batch, got '" + lane + "'");
        }
        Duration deadline = section.duration("deadline").orElse(Defaults.NONE.deadline());
        String replies =
                section.text("reply-topic-prefix").orElse(Defaults.NONE.replyTopicPrefix());
        Duration kept =
                section.duration("result-retention").orElse(Defaults.NONE.resultRetention());
        String currency = section.text("currency").orElse(Defaults.NONE.currency());
        long repairs =
                section.wholeNumber("json-repairs").orElse((long) Defaults.NONE.jsonRepairs());
        if (repairs > Defaults.MOST_JSON_REPAIRS) {
            section.problem("json-repairs", "must be between 0 and " + Defaults.MOST_JSON_REPAIRS);
        }
        String streams = section.text("json-streams").orElse("checked");
        if (!streams.equals("checked") && !streams.equals("repaired")) {
            section.problem("json-streams", "expected checked or repaired, got '" + streams + "'");
        }
        return section.build(() ->
                        new Defaults(
                                model,
                                provider,
                                lane.equals("batch"),
                                deadline,
                                replies,
                                kept,
                                currency,
                                Math.clamp(repairs, 0, Defaults.MOST_JSON_REPAIRS),
                                streams.equals("repaired")))
                .orElse(Defaults.NONE);
    }

    private static <T> void addOnce(
            Section section, List<T> all, T one, Function<T, String> name, String key) {
        if (all.stream().map(name).anyMatch(name.apply(one)::equals)) {
            section.problem(key, "'" + name.apply(one) + "' is given twice");
        } else {
            all.add(one);
        }
    }

    private static <T> Set<String> names(List<T> all, Function<T, String> name) {
        return all.stream().map(name).collect(Collectors.toSet());
    }

    static List<Section> sections(String yaml, String key, List<Problem> problems) {
        return compose(yaml)
                .map(root -> Section.of("", root, root, problems).sections(key))
                .orElse(List.of());
    }
}
