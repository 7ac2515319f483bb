package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Granularity;
import dev.millrace.schemas.Lane;
import dev.millrace.topics.Topic;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class CostsTest {

    private static Rig rig;

    @BeforeAll
    static void start() throws InterruptedException {
        rig = Rig.start();
        Topic<Cost> days = rig.log.topics().dailyCosts();
        send(days, "a", cost("2026-03-01T00:00:00Z", "acme", "large", "0.000123456789", "USD"));
        send(days, "b", cost("2026-03-01T00:00:00Z", "acme", "small", "1.000000000001", "USD"));
        send(days, "c", cost("2026-03-01T00:00:00Z", "acme", "euro", "5.5", "EUR"));
        send(days, "d", cost("2026-03-01T00:00:00Z", "acme", "free", null, null));
        send(days, "e", cost("2026-03-02T00:00:00Z", "other", "large", "3.000000000000", "USD"));
        send(days, "gone", cost("2026-03-02T00:00:00Z", "other", "large", "9", "USD"));
        send(days, "gone", null);
        send(
                rig.log.topics().monthlyCosts(),
                "m",
                cost("2026-03-01T00:00:00Z", "acme", "large", "7", "USD"));
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(rig.get("/v1/costs?bucket=month").body()).contains("\"7\""));
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(rig.get("/v1/costs?group_by=tenant").body())
                                .contains("\"other\"")
                                .doesNotContain("\"12\""));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void amounts_add_up_to_the_last_digit_and_currencies_stay_apart() throws Exception {
        HttpResponse<String> response =
                rig.get("/v1/costs?group_by=tenant&until=2026-03-02&bucket=day");

        assertThat(response.body())
                .isEqualTo(
                        "{\"object\":\"list\",\"data\":["
                                + line("acme", "null", "null", 1, 1)
                                + ","
                                + line("acme", "\"5.5\"", "\"EUR\"", 1, 0)
                                + ","
                                + line("acme", "\"1.00012345679\"", "\"USD\"", 2, 0)
                                + "]}");
    }

    @Test
    void since_and_until_choose_buckets() throws Exception {
        assertThat(rig.get("/v1/costs?since=2026-03-02T13:00:00Z&group_by=tenant,model").body())
                .contains("\"tenant\":\"other\",\"model\":\"large\"")
                .contains("\"cost\":\"3\"")
                .doesNotContain("acme");
    }

    @Test
    void costs_come_as_csv_too() throws Exception {
        HttpResponse<String> response =
                rig.get("/v1/costs?since=2026-03-02&group_by=model,lane", "accept", "text/csv");

        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("text/csv");
        assertThat(response.body())
                .isEqualTo(
                        "model,lane,bucket,cost,currency,requests,attempts,failures,"
                                + "unpriced_attempts,estimated_attempts,input_tokens,"
                                + "cache_read_tokens,cache_write_tokens,output_tokens,"
                                + "reasoning_tokens\r\n"
                                + "large,interactive,2026-03-02T00:00:00Z,3,USD,1,1,0,0,0,10,0,"
                                + "0,20,0\r\n");
    }

    @Test
    void a_wrong_parameter_is_named() throws Exception {
        assertRefused("group_by=colour", "group_by");
        assertRefused("group_by=label:team", "group_by");
        assertRefused("bucket=week", "bucket");
        assertRefused("since=yesterday", "since");
        assertRefused("since=2026-03-02&until=2026-03-01", "until");
        assertRefused("sort=cost", "sort");
    }

    private static void assertRefused(String query, String param) throws Exception {
        HttpResponse<String> response = rig.get("/v1/costs?" + query);
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("\"param\":\"" + param + "\"");
    }

    private static String line(
            String tenant, String cost, String currency, int rows, int unpriced) {
        return "{\"tenant\":\"%s\",\"bucket\":\"2026-03-01T00:00:00Z\",\"cost\":%s,\"currency\":%s,"
                        .formatted(tenant, cost, currency)
                + "\"requests\":%d,\"attempts\":%d,\"failures\":0,\"unpriced_attempts\":%d,"
                        .formatted(rows, rows, unpriced)
                + "\"estimated_attempts\":0,\"input_tokens\":%d,\"cache_read_tokens\":0,"
                        .formatted(10 * rows)
                + "\"cache_write_tokens\":0,\"output_tokens\":%d,\"reasoning_tokens\":0}"
                        .formatted(20 * rows);
    }

    private static void send(Topic<Cost> topic, String key, @Nullable Cost cost) {
        rig.other.send(topic, key, cost);
    }

    private static Cost cost(
            String bucket,
            String tenant,
            String model,
            @Nullable String amount,
            @Nullable String currency) {
        return Cost.newBuilder()
                .setBucketStart(Instant.parse(bucket))
                .setGranularity(Granularity.DAY)
                .setTenant(tenant)
                .setProvider("acme-cloud")
                .setUpstreamModel(model)
                .setLane(Lane.INTERACTIVE)
                .setAmount(amount == null ? null : new BigDecimal(amount).setScale(12))
                .setCurrency(currency)
                .setRequests(1)
                .setAttempts(1)
                .setFailures(0)
                .setUnpricedAttempts(amount == null ? 1 : 0)
                .setEstimatedAttempts(0)
                .setInputTokens(10)
                .setCacheReadTokens(0)
                .setCacheWriteTokens(0)
                .setOutputTokens(20)
                .setReasoningTokens(0)
                .setCharges(1)
                .build();
    }
}
