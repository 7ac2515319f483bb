package dev.millrace.configuration.document;

import static dev.millrace.configuration.document.RefusedDocument.problems;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Capability;
import dev.millrace.configuration.Configuration;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.Provider;
import dev.millrace.configuration.ProviderKey;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.SecretReference;
import dev.millrace.configuration.Timeouts;
import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceList;
import dev.millrace.configuration.prices.Quantities;
import dev.millrace.configuration.prices.TokenCounts;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ConfigurationDocumentTest {

    private static final String EXAMPLE =
            """
            providers:
              - name: openai
                kind: openai
                api-key: ${OPENAI_API_KEY}
                limits: { concurrency: 12 }
                timeouts: { connect: 1s, first-token: 30s, idle: 500ms, total: 5m }
              - { name: rack-1, kind: vllm, base-url: "http://10.0.0.7:8000/v1/", location: local }
            models:
              - name: assistant
                capabilities: [chat, tools, json-schema]
                context-window: 128000
                targets:
                  - { provider: openai, model: gpt-4o-mini, weight: 95 }
                  - { provider: rack-1, model: llama-3.1-8b, weight: 5 }
                fallbacks: [in-house]
              - { name: in-house, targets: [ { provider: rack-1, model: llama-3.1-8b } ] }
            tenants:
              - id: acme
                keys: [ { id: ci, sha256: "%s" } ]
                models: [assistant]
            prices:
              - { provider: openai, model: gpt-4o-mini, input: 0.15, cached-input: 0.075, output: 0.60, per: 1000000, effective-from: 2026-01-01 }
            defaults: { model: assistant, lane: interactive, deadline: 120s, result-retention: 36h }
            """
                    .formatted("ab".repeat(32));

    @Test
    void the_documents_example_is_read_as_it_says() {
        Configuration configuration = ConfigurationDocument.parse(EXAMPLE);

        Provider openai = configuration.provider("openai").orElseThrow();
        assertThat(openai.kind()).isEqualTo(ProviderKind.OPENAI);
        assertThat(openai.baseUrl()).isEqualTo(URI.create("https://api.openai.com/v1"));
        assertThat(openai.limits().concurrency()).isEqualTo(12);
        assertThat(openai.timeouts().idle()).isEqualTo(Duration.ofMillis(500));
        assertThat(openai.location()).isEqualTo(Location.CLOUD);
        Provider rack = configuration.provider("rack-1").orElseThrow();
        assertThat(rack.baseUrl()).isEqualTo(URI.create("http://10.0.0.7:8000/v1"));
        assertThat(rack.location()).isEqualTo(Location.LOCAL);
        assertThat(configuration.model("assistant").orElseThrow().capabilities())
                .containsExactlyInAnyOrder(
                        Capability.CHAT, Capability.TOOLS, Capability.JSON_SCHEMA);
        assertThat(configuration.tenant("acme").orElseThrow().mayUse("in-house")).isFalse();
        assertThat(configuration.defaults().deadline()).isEqualTo(Duration.ofSeconds(120));
        assertThat(configuration.defaults().resultRetention()).isEqualTo(Duration.ofHours(36));
        assertThat(
                        configuration
                                .prices()
                                .asOf(
                                        "openai",
                                        "gpt-4o-mini",
                                        Instant.parse("2026-03-01T00:00:00Z"))
                                .orElseThrow()
                                .rates()
                                .cost(
                                        Quantities.of(new TokenCounts(1000, 200, 0, 100, 50)),
                                        1_000_000))
                .isEqualByComparingTo(new BigDecimal("0.000255"));
    }

    @Test
    void an_empty_document_is_an_empty_configuration() {
        assertThat(ConfigurationDocument.parse("").providers()).isEmpty();
        assertThat(ConfigurationDocument.parse("# nothing\n").providers()).isEmpty();
    }

    @Test
    void every_mistake_is_named_with_line_and_column() {
        assertThat(
                        problems(
                                """
                                providers:
                                  - name: Open AI
                                    kind: openia
                                    colour: blue
                                  - { name: x, kind: openai, api-key: sk-1234 }
                                models:
                                  - name: m
                                    targets: [ { provider: nobody, model: n } ]
                                    fallbacks: [missing]
                                    context-window: many
                                """))
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("line 2, column 11: providers[0].name"))
                .anySatisfy(problem ->
                        assertThat(problem)
                                .contains("providers[0].kind", "'openia' is not supported"))
                .anySatisfy(problem ->
                        assertThat(problem)
                                .isEqualTo(
                                        "line 4, column 5: providers[0].colour: is not a known key"))
                .anySatisfy(problem ->
                        assertThat(problem).contains("providers[1].api-key", "never by itself"))
                .anySatisfy(problem ->
                        assertThat(problem).contains("models[0].targets[0].provider", "'nobody'"))
                .anySatisfy(
                        problem -> assertThat(problem).contains("models[0].fallbacks", "'missing'"))
                .anySatisfy(problem ->
                        assertThat(problem).contains("models[0].context-window", "whole number"))
                .noneSatisfy(problem -> assertThat(problem).contains("sk-1234"));
    }

    @Test
    void a_server_that_loads_models_when_asked_has_time_for_it() {
        var providers =
                ConfigurationDocument.parse(
                                """
                                providers:
                                  - { name: o, kind: ollama, keep-alive: 30m }
                                  - { name: l, kind: lm-studio, timeouts: { load: 90s } }
                                  - { name: v, kind: vllm, timeouts: { first-token: 40s } }
                                  - { name: c, kind: openai, timeouts: { first-token: 40s } }
                                """)
                        .providers();

        assertThat(providers)
                .extracting(provider -> provider.timeouts().load())
                .containsExactly(
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(90),
                        Duration.ofSeconds(40),
                        Duration.ofSeconds(40));
        assertThat(providers)
                .extracting(Provider::keepAlive)
                .containsExactly(Duration.ofMinutes(30), null, null, null);
        Timeouts loading = providers.getFirst().timeouts().whileLoading();
        assertThat(loading.firstToken()).isEqualTo(Duration.ofMinutes(5));
        assertThat(loading.total()).isEqualTo(Duration.ofSeconds(300 + 270));
        assertThat(providers.getLast().timeouts().whileLoading())
                .isEqualTo(providers.getLast().timeouts());
    }

    @Test
    void what_a_kind_does_not_have_is_refused_by_name() {
        assertThat(
                        problems(
                                """
                                providers:
                                  - { name: a, kind: openai, timeouts: { load: 1m } }
                                  - { name: b, kind: vllm, keep-alive: 1m }
                                  - { name: c, kind: ollama, keep-alive: 0s }
                                  - { name: d, kind: ollama, timeouts: { load: 0s } }
                                """))
                .satisfiesExactly(
                        problem ->
                                assertThat(problem)
                                        .contains("providers[0].timeouts.load", "not for openai"),
                        problem ->
                                assertThat(problem)
                                        .contains("providers[1].keep-alive", "not for vllm"),
                        problem ->
                                assertThat(problem)
                                        .contains("providers[2].keep-alive", "longer than nothing"),
                        problem ->
                                assertThat(problem)
                                        .contains("providers[3].timeouts", "longer than nothing"));
    }

    @Test
    void a_self_hosted_model_may_have_several_servers() {
        Provider rack =
                ConfigurationDocument.parse(
                                """
                                providers:
                                  - { name: r, kind: vllm, base-urls: [ "http://10.0.0.7:8000/v1/", "http://10.0.0.8:8000/v1" ] }
                                """)
                        .providers()
                        .getFirst();

        URI first = URI.create("http://10.0.0.7:8000/v1");
        assertThat(rack.baseUrl()).isNull();
        assertThat(rack.replicas())
                .containsExactly(first, URI.create("http://10.0.0.8:8000/v1"))
                .isEqualTo(rack.addresses());
        assertThat(rack.at(first).addresses()).containsExactly(first);
    }

    @Test
    void servers_that_are_none_twice_the_same_or_of_another_kind_are_refused_by_name() {
        assertThat(
                        problems(
                                """
                                providers:
                                  - { name: a, kind: vllm, base-urls: [] }
                                  - { name: b, kind: vllm, base-url: "http://a/v1", base-urls: [ "http://b/v1" ] }
                                  - { name: c, kind: ollama, base-urls: [ "http://a:1/v1", "http://A:1/v1/" ] }
                                  - { name: d, kind: anthropic, base-urls: [ "http://a/v1" ] }
                                  - { name: e, kind: localai, base-urls: [ "http://a/v1", "tcp://a" ] }
                                  - { name: f, kind: openai-compatible }
                                """))
                .satisfiesExactly(
                        problem ->
                                assertThat(problem)
                                        .contains("providers[0].base-urls", "holds no address"),
                        problem ->
                                assertThat(problem)
                                        .contains("providers[1].base-urls", "one of the two"),
                        problem ->
                                assertThat(problem)
                                        .contains("providers[2].base-urls", "is given twice"),
                        problem ->
                                assertThat(problem)
                                        .contains("providers[3].base-urls", "not for anthropic"),
                        problem ->
                                assertThat(problem)
                                        .contains("providers[4].base-urls", "http or https"),
                        problem ->
                                assertThat(problem)
                                        .contains("providers[5].base-url", "is missing"));
    }

    @Test
    void what_nothing_enforces_yet_is_refused_as_unsupported() {
        assertThat(
                        problems(
                                """
                                routes:
                                  - { name: r, when: "true", use: m }
                                tenants:
                                  - id: t
                                    keys: [ { id: k, sha256: "%s" } ]
                                    limits: { concurrency: 5 }
                                    budgets: [ { window: month, limit-usd: 1, kind: hard } ]
                                """
                                        .formatted("0".repeat(64))))
                .hasSize(3)
                .allSatisfy(problem -> assertThat(problem).contains("not supported yet"));
    }

    @Test
    void names_and_keys_that_are_given_twice_are_refused() {
        assertThat(
                        problems(
                                """
                                providers:
                                  - { name: p, kind: ollama }
                                  - { name: p, kind: ollama }
                                tenants:
                                  - { id: a, keys: [ { id: k, sha256: "%1$s" } ] }
                                  - { id: b, keys: [ { id: k, sha256: "%1$s" } ] }
                                """
                                        .formatted("0".repeat(64))))
                .hasSize(2);
        assertThat(problems("defaults: { deadline: 1s }\ndefaults: { deadline: 2s }\n"))
                .isNotEmpty();
    }

    @Test
    void vertex_ai_needs_a_project_and_finds_its_address_by_itself() {
        assertThat(problems("providers: [ { name: v, kind: vertex-ai } ]"))
                .singleElement()
                .asString()
                .contains("providers[0].project", "is missing");
        assertThat(
                        problems(
                                "providers: [ { name: v, kind: vertex-ai, project: a/b, region: '?' } ]"))
                .hasSize(2);
        assertThat(
                        ConfigurationDocument.parse(
                                        "providers: [ { name: v, kind: vertex-ai, project: mill-1 } ]")
                                .providers()
                                .getFirst()
                                .baseUrl())
                .isNull();
    }

    @Test
    void prices_by_the_piece_and_tiers_are_read() {
        PriceList prices =
                ConfigurationDocument.parse(
                                """
                                providers: [ { name: rack, kind: vllm, base-url: "http://127.0.0.1:1/v1" } ]
                                defaults: { currency: EUR }
                                prices:
                                  - { provider: rack, model: "*", gpu-second: 0.0007 }
                                  - provider: vllm
                                    model: long
                                    input: 1
                                    cached-input: 0.1
                                    tiers:
                                      - { above: 200000, input: 2 }
                                      - { service-tier: batch, input: 0.5 }
                                """)
                        .prices();

        PriceEntry perSecond = prices.asOf("rack", "any", Instant.EPOCH).orElseThrow();
        assertThat(perSecond.currency()).isEqualTo("EUR");
        assertThat(perSecond.rates().gpuSecond()).isEqualByComparingTo("0.0007");
        assertThat(perSecond.rates().input()).isZero();
        PriceEntry tiered = prices.asOf("vllm", "long", Instant.EPOCH).orElseThrow();
        assertThat(tiered.tier(200_001, null).rates().input()).isEqualTo("2");
        assertThat(tiered.tier(200_001, null).rates().cacheRead()).isEqualTo("0.1");
        assertThat(tiered.tier(1, "batch").rates().cacheWrite()).isEqualTo("0.5");
    }

    @Test
    void a_price_in_another_currency_than_the_ledgers_or_with_two_tiers_alike_is_refused() {
        String entry = "  - { provider: ollama, model: m, input: 1, %s }\n";

        assertThat(problems("prices:\n" + entry.formatted("currency: EUR")))
                .containsExactly(
                        "line 2, column 55: prices[0].currency: 'EUR' is not the ledger's, which is"
                                + " USD");
        assertThat(
                        ConfigurationDocument.parse(
                                        "prices:\n" + entry.formatted("currency: SIMULATED"))
                                .prices()
                                .configured())
                .hasSize(1);
        assertThat(
                        problems(
                                "prices:\n"
                                        + entry.formatted(
                                                "tiers: [ { above: 5, input: 1 }, { above: 5,"
                                                        + " input: 2 } ]")))
                .singleElement()
                .asString()
                .contains("two tiers hold for the same attempts");
        assertThat(problems("prices:\n" + entry.formatted("tiers: [ { above: 5 } ]"))).isNotEmpty();
        assertThat(problems("defaults: { currency: euro }\n")).hasSize(1);
    }

    @Test
    void up_to_five_repairs_of_json_may_be_asked_for_and_one_is_the_default() {
        assertThat(ConfigurationDocument.parse("").defaults().jsonRepairs()).isEqualTo(1);
        assertThat(
                        ConfigurationDocument.parse("defaults: { json-repairs: 0 }")
                                .defaults()
                                .jsonRepairs())
                .isZero();
        assertThat(
                        ConfigurationDocument.parse("defaults: { json-repairs: 5 }")
                                .defaults()
                                .jsonRepairs())
                .isEqualTo(5);
        assertThat(ConfigurationDocument.parse("").defaults().repairStreams()).isFalse();
        assertThat(
                        ConfigurationDocument.parse("defaults: { json-streams: repaired }")
                                .defaults()
                                .repairStreams())
                .isTrue();
        assertThat(problems("defaults: { json-streams: both }"))
                .containsExactly(
                        "line 1, column 27: defaults.json-streams: expected checked or repaired,"
                                + " got 'both'");
        assertThat(problems("defaults: { json-repairs: 6 }"))
                .containsExactly(
                        "line 1, column 27: defaults.json-repairs: must be between 0 and 5");
        assertThat(problems("defaults: { json-repairs: -1 }"))
                .singleElement()
                .asString()
                .contains("defaults.json-repairs: expected a whole number");
    }

    @Test
    void prices_are_checked() {
        String provider = "providers: [ { name: p, kind: ollama } ]\nprices:\n";
        assertThat(problems(provider + "  - { provider: p, model: m, input: -1 }\n"))
                .singleElement()
                .asString()
                .contains("negative");
        assertThat(problems(provider + "  - { provider: q, model: m, input: 1 }\n"))
                .singleElement()
                .asString()
                .contains("'q' is not a configured provider, and not a kind of provider");
        assertThat(
                        problems(
                                provider
                                        + "  - { provider: p, model: m, input: 1 }\n  - { provider: p, model: m, input: 2 }\n"))
                .singleElement()
                .asString()
                .contains("same time");
    }

    @Test
    void several_keys_have_weights_and_what_is_not_supported_may_be_dropped() {
        Provider provider =
                ConfigurationDocument.parse(
                                """
                                providers:
                                  - name: p
                                    kind: anthropic
                                    unsupported-parameters: drop
                                    api-keys: [ { key: "${ONE}", weight: 3 }, { key: "file:/run/two" } ]
                                """)
                        .providers()
                        .getFirst();

        assertThat(provider.keys())
                .containsExactly(
                        new ProviderKey(new SecretReference("${ONE}"), 3),
                        new ProviderKey(new SecretReference("file:/run/two"), 1));
        assertThat(provider.dropsUnsupported()).isTrue();
    }

    @Test
    void keys_are_checked() {
        String start = "providers: [ { name: p, kind: ";
        assertThat(problems(start + "anthropic, api-keys: [ { key: sk-1, weight: 0 } ] } ]"))
                .satisfiesExactlyInAnyOrder(
                        weight -> assertThat(weight).contains("between 1 and 1000"),
                        key -> assertThat(key).contains("never by itself").doesNotContain("sk-1"));
        assertThat(problems(start + "anthropic, api-keys: [ { weight: 1 } ] } ]"))
                .singleElement()
                .asString()
                .contains("api-keys[0].key: is missing");
        assertThat(
                        problems(
                                start
                                        + "bedrock, api-keys: [ { key: \"${A}\" }, { key: \"${B}\" } ] } ]"))
                .singleElement()
                .asString()
                .contains("has one key");
        assertThat(problems(start + "anthropic, unsupported-parameters: ignore } ]"))
                .singleElement()
                .asString()
                .contains("expected reject or drop");
    }

    @Test
    void text_that_is_no_yaml_is_refused_with_its_place() {
        assertThat(problems("providers: [ {\n"))
                .singleElement()
                .asString()
                .contains("not valid YAML");
        assertThat(problems("just words"))
                .singleElement()
                .asString()
                .contains("expected a mapping");
    }

    @Test
    void the_starter_list_prices_well_known_models_by_kind() {
        Configuration configuration =
                ConfigurationDocument.parse("providers: [ { name: mine, kind: openai } ]");

        var price =
                configuration
                        .prices()
                        .asOf("mine", "gpt-4o-mini", Instant.parse("2026-03-01T00:00:00Z"));
        assertThat(price).isPresent();
        assertThat(price.get().source()).contains("starter list of 20");
        assertThat(configuration.prices().asOf("mine", "no-such-model", Instant.now())).isEmpty();
    }
}
