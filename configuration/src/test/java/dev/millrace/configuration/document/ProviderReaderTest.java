package dev.millrace.configuration.document;

import static dev.millrace.configuration.document.RefusedDocument.problems;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.AwsRole;
import dev.millrace.configuration.Guardrail;
import dev.millrace.configuration.Limits;
import dev.millrace.configuration.Provider;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProviderReaderTest {

    @Test
    void limits_of_a_provider_are_whole_numbers_above_nothing() {
        Provider limited =
                ConfigurationDocument.parse(
                                """
                                providers:
                                  - name: p
                                    kind: ollama
                                    limits: { concurrency: 3, requests-per-minute: 60, tokens-per-minute: 90000, reserved-completion-tokens: 4096 }
                                """)
                        .provider("p")
                        .orElseThrow();
        assertThat(limited.limits()).isEqualTo(new Limits(3, 60L, 90_000L, 4_096L));
        assertThat(
                        problems(
                                """
                                providers:
                                  - { name: p, kind: ollama, limits: { concurrency: 10001, requests-per-minute: 0, tokens-per-minute: -1 } }
                                """))
                .hasSize(3)
                .anySatisfy(problem ->
                        assertThat(problem).contains("limits.concurrency", "between 1 and 10000"))
                .anySatisfy(problem ->
                        assertThat(problem).contains("limits.requests-per-minute", "between 1 and"))
                .anySatisfy(problem ->
                        assertThat(problem).contains("limits.tokens-per-minute", "whole number"));
    }

    @Test
    void a_role_and_a_guardrail_are_bedrocks() {
        Provider aws =
                ConfigurationDocument.parse(
                                """
                                providers:
                                  - name: aws
                                    kind: bedrock
                                    role: { arn: "arn:aws:iam::123456789012:role/mill", external-id: e7 }
                                    guardrail: { id: gr1, version: "3" }
                                """)
                        .provider("aws")
                        .orElseThrow();
        assertThat(aws.account().role())
                .isEqualTo(new AwsRole("arn:aws:iam::123456789012:role/mill", "e7"));
        assertThat(aws.account().guardrail()).isEqualTo(new Guardrail("gr1", "3"));
        assertThat(
                        problems(
                                """
                                providers:
                                  - { name: a, kind: bedrock, role: { arn: admin }, guardrail: { version: x } }
                                  - { name: b, kind: bedrock, guardrail: { id: gr1, version: latest } }
                                  - { name: c, kind: ollama, role: { arn: x }, guardrail: { id: y } }
                                  - { name: d, kind: bedrock, api-keys: [ { key: "${K}" } ], role: { arn: "arn:aws:iam::123456789012:role/mill", name: r } }
                                """))
                .satisfiesExactly(
                        problem -> assertThat(problem).contains("[0].role: arn: expected arn:aws"),
                        problem -> assertThat(problem).endsWith("[0].guardrail.id: is missing"),
                        problem -> assertThat(problem).contains("[1].guardrail: version: a number"),
                        problem -> assertThat(problem).contains("[2].role: is for kind bedrock"),
                        problem ->
                                assertThat(problem).contains("[2].guardrail: is for kind bedrock"),
                        problem -> assertThat(problem).contains("[3].role: is assumed with a"),
                        problem ->
                                assertThat(problem).endsWith("[3].role.name: is not a known key"));
    }

    @Test
    void a_completion_is_reserved_out_of_more_tokens_per_minute() {
        for (String limits :
                List.of(
                        "reserved-completion-tokens: 100",
                        "reserved-completion-tokens: 100, tokens-per-minute: 100")) {
            assertThat(
                            problems(
                                    "providers: [ { name: p, kind: ollama, limits: { %s } } ]"
                                            .formatted(limits)))
                    .singleElement()
                    .satisfies(problem ->
                            assertThat(problem)
                                    .endsWith(
                                            "providers[0].limits.reserved-completion-tokens: must"
                                                    + " be less than 'tokens-per-minute'"));
        }
    }
}
