package dev.millrace.worker.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.provider.Pricing;
import java.math.BigDecimal;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

class UsageMemberTest {
    private static final Pricing KNOWN =
            _ -> Optional.of(new Pricing.Cost(new BigDecimal("0.0100"), "CHF"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'prompt_tokens':1}|{'cost':0.01,'cost_currency':'CHF','prompt_tokens':1}",
                "{'prompt_tokens':1, 'cost':7}|{'prompt_tokens':1, 'cost':0.01,'cost_currency':'CHF'}",
                "{'cost':7,'cost_currency':'USD','prompt_tokens':1}|{'cost':0.01,'cost_currency':'CHF','prompt_tokens':1}",
                "{'cost_currency':'USD','prompt_tokens':1,'cost':{'a':[1]}}|{'cost_currency':'CHF','prompt_tokens':1,'cost':0.01}",
                "{'prompt_tokens':1,'cost_currency':'USD'}|{'cost':0.01,'prompt_tokens':1,'cost_currency':'CHF'}",
            })
    void the_cost_takes_the_place_of_another_gateways(String before, String after) {
        assertThat(priced(before, KNOWN)).isEqualTo(after.replace('\'', '"'));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{}|{'cost':null}",
                "{'prompt_tokens':1}|{'cost':null,'prompt_tokens':1}",
                "{'cost':7,'cost_currency':'USD'}|{'cost':null,'cost_currency':null}",
            })
    void an_unknown_cost_is_null(String before, String after) {
        assertThat(priced(before, Pricing.UNKNOWN)).isEqualTo(after.replace('\'', '"'));
    }

    private static String priced(String usage, Pricing pricing) {
        byte[] json = usage.replace('\'', '"').getBytes(UTF_8);
        try (JsonParser parser = new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
            parser.nextToken();
            Splice splice = new Splice(json);
            UsageMember.read(parser).addCost(splice, pricing);
            return new String(splice.result(), UTF_8);
        }
    }
}
