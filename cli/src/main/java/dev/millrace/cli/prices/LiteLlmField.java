package dev.millrace.cli.prices;

import dev.millrace.configuration.prices.RateKind;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A price of LiteLLM's price map, by the name of its field: the kind of use, then
/// `_above_200k_tokens` for long prompts, then `_flex`, `_priority` or `_batches` for a service
/// tier.
///
/// @param kind what it is the price of
/// @param above in prompts of more tokens than this; null: of any length
/// @param serviceTier at this service tier of the provider; null: at the standard one
record LiteLlmField(RateKind kind, @Nullable Long above, @Nullable String serviceTier) {

    private static final Pattern NAME =
            Pattern.compile("(.+?)(?:_above_(\\d{1,6})k_tokens)?(?:_(flex|priority|batches))?");

    private static final Map<String, RateKind> KINDS =
            Map.ofEntries(
                    Map.entry("input_cost_per_token", RateKind.INPUT),
                    Map.entry("cache_read_input_token_cost", RateKind.CACHE_READ),
                    Map.entry("cache_creation_input_token_cost", RateKind.CACHE_WRITE),
                    Map.entry(
                            "cache_creation_input_token_cost_above_1hr", RateKind.CACHE_WRITE_HOUR),
                    Map.entry("output_cost_per_token", RateKind.OUTPUT),
                    Map.entry("output_cost_per_reasoning_token", RateKind.REASONING),
                    Map.entry("input_cost_per_audio_token", RateKind.AUDIO_INPUT),
                    Map.entry("output_cost_per_audio_token", RateKind.AUDIO_OUTPUT),
                    Map.entry("input_cost_per_image", RateKind.IMAGE),
                    Map.entry("input_cost_per_audio_per_second", RateKind.AUDIO_SECOND),
                    Map.entry("input_cost_per_query", RateKind.QUERY),
                    Map.entry("input_cost_per_request", RateKind.QUERY));

    /// Prices of what Millrace does not ask of a provider, and those that say again what another
    /// field says: an entry is complete without them.
    private static final Set<String> BESIDE =
            Set.of(
                    "code_interpreter_cost_per_session",
                    "computer_use_input_cost_per_1k_tokens",
                    "computer_use_output_cost_per_1k_tokens",
                    "file_search_cost_per_1k_calls",
                    "file_search_cost_per_gb_per_day",
                    "vector_store_cost_per_gb_per_day",
                    "output_cost_per_image",
                    "output_cost_per_image_token",
                    "output_cost_per_video_per_second",
                    "search_context_cost_per_query",
                    "annotation_cost_per_page",
                    "ocr_cost_per_page");

    /// The price of a field's name; empty for one that is not mapped.
    static Optional<LiteLlmField> of(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String thousands = matcher.group(2);
        String tier = matcher.group(3);
        return Optional.ofNullable(KINDS.get(matcher.group(1)))
                .map(kind ->
                        new LiteLlmField(
                                kind,
                                thousands == null ? null : Long.parseLong(thousands) * 1000,
                                tier == null ? null : tier.replace("batches", "batch")));
    }

    /// Whether a call could cost what a field says that is not mapped.
    static boolean isMissed(String name) {
        return name.contains("cost") && !BESIDE.contains(name) && of(name).isEmpty();
    }
}
