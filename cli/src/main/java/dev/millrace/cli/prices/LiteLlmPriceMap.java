package dev.millrace.cli.prices;

import dev.millrace.configuration.prices.GivenRates;
import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceTier;
import dev.millrace.configuration.prices.RateKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.json.JsonFactory;

/// Reads LiteLLM's public price map (`model_prices_and_context_window.json` of
/// github.com/BerriAI/litellm): a JSON object with an object of fields for each model, whose prices
/// are for one token, in USD. For one thread, and one map.
///
/// Models that are not asked for chats or embeddings are left out, those of providers that nothing
/// is configured of, those that depend on a region, and those with a price that has no counterpart
/// here: no price is better than a wrong one.
public final class LiteLlmPriceMap {

    private static final String CURRENCY = "USD";
    private static final long PER = 1_000_000;
    private static final BigDecimal MILLION = BigDecimal.valueOf(PER);
    private static final String EXAMPLE = "sample_spec";
    private static final Set<String> MODES =
            Set.of("", "chat", "completion", "embedding", "responses");

    /// LiteLLM's names of providers that are called otherwise here.
    private static final Map<String, String> KINDS =
            Map.of(
                    "text-completion-openai", "openai",
                    "azure", "azure-openai",
                    "bedrock_converse", "bedrock",
                    "cohere_chat", "cohere",
                    "vertex_ai-language-models", "vertex-ai",
                    "vertex_ai-chat-models", "vertex-ai",
                    "vertex_ai-anthropic_models", "vertex-ai",
                    "vertex_ai-embedding-models", "vertex-ai");

    private record Place(String provider, String model) {}

    private record Scope(@Nullable Long above, @Nullable String serviceTier) {}

    private final Set<String> providers;
    private final Instant from;
    private final String source;
    private final List<String> problems = new ArrayList<>();
    private final SortedMap<String, Integer> skipped = new TreeMap<>();
    private final Map<Place, PriceEntry> entries = new LinkedHashMap<>();
    private final Set<Place> ambiguous = new HashSet<>();

    /// @param providers the names and kinds of providers that entries are wanted of
    /// @param from when the prices begin to hold
    /// @param source of the entries
    public LiteLlmPriceMap(Set<String> providers, Instant from, String source) {
        this.providers = Set.copyOf(providers);
        this.from = from;
        this.source = source;
    }

    /// Reads a map.
    ///
    /// @throws UnreadablePrices if it is no such map, or a price in it cannot be one
    public PriceFileContent read(String json) throws UnreadablePrices {
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new UnreadablePrices(List.of("line 1: expected a JSON object of models"));
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                int line = parser.currentTokenLocation().getLineNr();
                if (parser.nextToken() != JsonToken.START_OBJECT) {
                    problems.add("line " + line + ": " + name + ": expected an object of fields");
                    parser.skipChildren();
                } else {
                    model(name, parser);
                }
            }
        } catch (JacksonException e) {
            problems.add(
                    "line "
                            + e.getLocation().getLineNr()
                            + ": not valid JSON: "
                            + e.getOriginalMessage());
        }
        if (!problems.isEmpty()) {
            throw new UnreadablePrices(problems);
        }
        ambiguous.forEach(entries::remove);
        skip("two entries with different prices", ambiguous.size());
        return new PriceFileContent(List.copyOf(entries.values()), skipped);
    }

    private void model(String name, JsonParser parser) {
        Fields fields = new Fields(name);
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            fields.read(parser);
        }
        if (!name.equals(EXAMPLE)) {
            Optional.ofNullable(fields.reasonToSkip())
                    .ifPresentOrElse(reason -> skip(reason, 1), fields::add);
        }
    }

    private void skip(String reason, int number) {
        if (number > 0) {
            skipped.merge(reason, number, Integer::sum);
        }
    }

    /// One model's.
    private final class Fields {

        private final String name;
        private final Map<Scope, Map<RateKind, BigDecimal>> prices = new HashMap<>();
        private String provider = "";
        private String mode = "";
        private final Map<String, BigDecimal> missed = new TreeMap<>();

        private Fields(String name) {
            this.name = name;
        }

        private void read(JsonParser parser) {
            String field = parser.currentName();
            int line = parser.currentTokenLocation().getLineNr();
            JsonToken value = parser.nextToken();
            if (value == JsonToken.VALUE_STRING && field.equals("litellm_provider")) {
                provider = parser.getString();
            } else if (value == JsonToken.VALUE_STRING && field.equals("mode")) {
                mode = parser.getString();
            } else if (value == JsonToken.VALUE_NUMBER_INT
                    || value == JsonToken.VALUE_NUMBER_FLOAT) {
                number(field, parser.getDecimalValue(), line);
            } else if (value == JsonToken.VALUE_STRING && LiteLlmField.of(field).isPresent()) {
                problem(line, field, "expected a number");
            } else {
                parser.skipChildren();
            }
        }

        private void number(String field, BigDecimal value, int line) {
            Optional<LiteLlmField> known = LiteLlmField.of(field);
            if (known.isEmpty()) {
                if (LiteLlmField.isMissed(field) && value.signum() != 0) {
                    missed.put(field, value.multiply(MILLION).stripTrailingZeros());
                }
                return;
            }
            LiteLlmField price = known.get();
            BigDecimal amount = price.kind().isPerPiece() ? value : value.multiply(MILLION);
            if (amount.signum() < 0) {
                problem(line, field, "a price cannot be negative: " + value.toPlainString());
            } else if (amount.stripTrailingZeros().scale() > PriceEntry.SCALE) {
                problem(line, field, "a price with too many decimals: " + value.toPlainString());
            } else {
                prices.computeIfAbsent(
                                new Scope(price.above(), price.serviceTier()),
                                _ -> new EnumMap<>(RateKind.class))
                        .put(price.kind(), amount.stripTrailingZeros());
            }
        }

        private void problem(int line, String field, String reason) {
            problems.add("line " + line + ": " + name + ": " + field + ": " + reason);
        }

        private @Nullable String reasonToSkip() {
            if (!MODES.contains(mode)) {
                return "mode " + mode;
            }
            if (!providers.contains(place().provider())) {
                return "no such provider is configured";
            }
            if (place().model().contains("/") && isByRegion()) {
                return "price of one region";
            }
            BigDecimal input = base().of(RateKind.INPUT);
            missed.entrySet()
                    .removeIf(price ->
                            price.getKey().endsWith("_token") && price.getValue().equals(input));
            if (!missed.isEmpty()) {
                return "has " + missed.keySet().iterator().next();
            }
            return base().isPrice() ? null : "no price";
        }

        /// These two write the region before the model.
        private boolean isByRegion() {
            return place().provider().equals("bedrock")
                    || place().provider().equals("azure-openai");
        }

        private Place place() {
            String kind = KINDS.getOrDefault(provider, provider.replace('_', '-'));
            for (String prefix : List.of(provider + "/", kind + "/", "vertex_ai/")) {
                if (name.startsWith(prefix)) {
                    return new Place(kind, name.substring(prefix.length()));
                }
            }
            return new Place(kind, name);
        }

        private GivenRates base() {
            return new GivenRates(prices.getOrDefault(new Scope(null, null), Map.of()));
        }

        private void add() {
            GivenRates base = base();
            List<PriceTier> tiers = new ArrayList<>();
            prices.forEach((scope, rates) -> {
                if (scope.above() != null || scope.serviceTier() != null) {
                    GivenRates below =
                            new GivenRates(
                                            prices.getOrDefault(
                                                    new Scope(null, scope.serviceTier()), Map.of()))
                                    .orElse(base);
                    tiers.add(
                            new PriceTier(
                                    scope.above(),
                                    scope.serviceTier(),
                                    new GivenRates(rates).orElse(below).complete()));
                }
            });
            Place place = place();
            PriceEntry entry =
                    new PriceEntry(
                            place.provider(),
                            place.model(),
                            base.complete(),
                            tiers,
                            PER,
                            CURRENCY,
                            from,
                            source);
            PriceEntry other = entries.putIfAbsent(place, entry);
            if (other != null && !other.equals(entry)) {
                ambiguous.add(place);
            }
        }
    }
}
