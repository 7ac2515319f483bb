package dev.millrace.router.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Capability;
import dev.millrace.configuration.document.ConfigurationDocument;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RoutingTableTest {

    private static final UUID ID = UUID.fromString("01920000-0000-7000-8000-000000000001");

    private static final String TWO_PROVIDERS =
            """
            providers:
              - { name: one, kind: openai-compatible, base-url: "http://127.0.0.1:1/v1" }
              - { name: two, kind: openai-compatible, base-url: "http://127.0.0.1:2/v1" }
            """;

    /// A model at the first provider, with one at the second to fall back to.
    private static final String FALLBACK =
            TWO_PROVIDERS
                    + """
                    models:
                      - { name: m, targets: [ { provider: one, model: a } ], fallbacks: [n] }
                      - { name: n, targets: [ { provider: two, model: b } ] }
                    """;

    @Test
    void targets_are_drawn_by_weight_and_the_same_request_draws_the_same() {
        RoutingTable table =
                table(
                        TWO_PROVIDERS
                                + """
                                models:
                                  - name: mixed
                                    targets:
                                      - { provider: one, model: m, weight: 95 }
                                      - { provider: two, model: m, weight: 5 }
                                """,
                        ready("one"),
                        ready("two"));
        SplittableRandom random = new SplittableRandom(42);
        Map<String, Integer> drawn = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            UUID id = new UUID(random.nextLong(), random.nextLong());
            String first = first(table.resolve("default", id, needs("mixed")));
            assertThat(first(table.resolve("default", id, needs("mixed")))).isEqualTo(first);
            drawn.merge(first, 1, Integer::sum);
        }
        assertThat(drawn.get("two")).isBetween(400, 600);
    }

    @Test
    void a_target_known_to_be_down_comes_last() {
        assertThat(
                        first(
                                table(FALLBACK, down("one"), ready("two"))
                                        .resolve("default", ID, needs("m"))))
                .isEqualTo("two");
        assertThat(
                        first(
                                table(FALLBACK, down("one"), down("two"))
                                        .resolve("default", ID, needs("m"))))
                .isEqualTo("one");
    }

    @Test
    void so_does_a_target_that_fails_again_and_again() {
        assertThat(
                        first(
                                table(FALLBACK, failing("one", "a"), ready("two"))
                                        .resolve("default", ID, needs("m"))))
                .isEqualTo("two");
        assertThat(
                        first(
                                table(FALLBACK, failing("one", "other"), ready("two"))
                                        .resolve("default", ID, needs("m"))))
                .isEqualTo("one");
    }

    @Test
    void a_model_that_two_providers_list_prefers_the_ready_one() {
        RoutingTable table = table(TWO_PROVIDERS, down("one"), ready("two"));

        assertThat(first(table.resolve("default", ID, needs("listed")))).isEqualTo("two");
    }

    @Test
    void and_one_at_which_it_does_not_fail_again_and_again() {
        RoutingTable table = table(TWO_PROVIDERS, failing("one", "listed"), ready("two"));
        assertThat(table.resolve("default", ID, needs("listed")))
                .isEqualTo(
                        new Route.Chosen(
                                List.of(
                                        new Candidate("two", "listed"),
                                        new Candidate("one", "listed")),
                                "listed by two"));

        RoutingTable another = table(TWO_PROVIDERS, failing("one", "another"), ready("two"));
        assertThat(first(another.resolve("default", ID, needs("listed")))).isEqualTo("one");
    }

    @Test
    void a_slash_may_be_part_of_a_models_own_name() {
        Pool pool = new Pool("one", true, List.of(new Pool.Served("org/model", null, Set.of())));

        assertThat(table(TWO_PROVIDERS, pool).resolve("default", ID, needs("org/model")))
                .isEqualTo(
                        new Route.Chosen(
                                List.of(new Candidate("one", "org/model")), "listed by one"));
    }

    @Test
    void a_discovered_provider_serves_what_it_lists_without_any_configuration() {
        RoutingTable table =
                new RoutingTable(
                        1,
                        ConfigurationDocument.parse(""),
                        Set.of("ollama"),
                        List.of(ready("ollama")));

        assertThat(first(table.resolve("default", ID, needs("listed")))).isEqualTo("ollama");
    }

    @Test
    void names_that_nobody_claims_go_to_the_default_provider() {
        RoutingTable table =
                table(TWO_PROVIDERS + "defaults: { provider: two }\n", ready("one"), ready("two"));

        assertThat(first(table.resolve("default", ID, needs("anything")))).isEqualTo("two");
    }

    @Test
    void a_request_without_a_model_gets_the_default_one_or_is_told() {
        RoutingTable with = table(TWO_PROVIDERS + "defaults: { model: one/x }\n", ready("one"));
        RoutingTable without = table(TWO_PROVIDERS, ready("one"));

        assertThat(first(with.resolve("default", ID, needs(null)))).isEqualTo("one");
        assertThat(refusal(without.resolve("default", ID, needs(null))))
                .isInstanceOf(Refusal.Malformed.class);
    }

    @Test
    void with_tenants_a_request_needs_a_known_one_that_may_use_the_model() {
        RoutingTable table =
                table(
                        TWO_PROVIDERS
                                + "tenants: [ { id: acme, keys: [ { id: k, sha256: "
                                + "0".repeat(64)
                                + " } ], models: [listed] } ]\n",
                        ready("one"));

        assertThat(first(table.resolve("acme", ID, needs("listed")))).isEqualTo("one");
        assertThat(refusal(table.resolve("acme", ID, needs("one/other"))))
                .isInstanceOf(Refusal.ModelNotAllowed.class);
        assertThat(refusal(table.resolve("stranger", ID, needs("listed"))))
                .isInstanceOf(Refusal.ModelNotAllowed.class);
    }

    @Test
    void without_any_provider_the_caller_may_try_again() {
        RoutingTable table =
                new RoutingTable(1, ConfigurationDocument.parse(""), Set.of(), List.of());

        assertThat(refusal(table.resolve("default", ID, needs("m"))))
                .isInstanceOf(Refusal.NoRoute.class);
    }

    private static RoutingTable table(String document, Pool... pools) {
        return new RoutingTable(
                1, ConfigurationDocument.parse(document), Set.of("one", "two"), List.of(pools));
    }

    private static Pool ready(String provider) {
        return new Pool(provider, true, List.of(new Pool.Served("listed", null, Set.of())));
    }

    private static Pool failing(String provider, String model) {
        return new Pool(
                provider, true, List.of(new Pool.Served("listed", null, Set.of())), Set.of(model));
    }

    private static Pool down(String provider) {
        return new Pool(provider, false, List.of(new Pool.Served("listed", null, Set.of())));
    }

    private static Needs needs(@Nullable String model) {
        return new Needs(model, false, 10, null, 1, Set.of(Capability.CHAT));
    }

    private static String first(Route route) {
        assertThat(route).isInstanceOf(Route.Chosen.class);
        return ((Route.Chosen) route).candidates().getFirst().provider();
    }

    private static Refusal refusal(Route route) {
        assertThat(route).isInstanceOf(Route.Refused.class);
        return ((Route.Refused) route).refusal();
    }
}
