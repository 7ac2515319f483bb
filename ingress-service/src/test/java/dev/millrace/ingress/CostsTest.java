package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.ingress.costs.Bucket;
import dev.millrace.schemas.Cost;
import dev.millrace.schemas.Granularity;
import dev.millrace.schemas.Lane;
import dev.millrace.schemas.LatencyBucket;
import dev.millrace.schemas.Rebuild;
import dev.millrace.schemas.RebuildPhase;
import dev.millrace.topics.Topic;
import java.math.BigDecimal;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
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
        Topic<Cost> labels = rig.log.topics().labelCosts();
        send(labels, "l1", labelled("large", "1", "team", 415, 3));
        send(labels, "l2", labelled("small", "2", "team", 2_047, 2));
        send(labels, "l3", labelled("small", "100", "feature", 2_047, 2));
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(rig.get("/v1/costs?bucket=hour&group_by=label:feature").body())
                                .contains("\"100\""));
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
    void sums_that_differ_from_their_charges_are_told_to_prometheus_until_they_are_replaced() {
        Topic<Rebuild> rebuilds = rig.log.topics().rebuilds();
        send(rebuilds, "1", rebuild(0, false, 3));
        send(rebuilds, "2", rebuild(1, false, 2));
        send(rebuilds, "3", rebuild(1, true, 2));

        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(rig.get("/actuator/prometheus").body())
                                .contains(
                                        "millrace_ledger_drift_sums{partition=\"0\"} 3.0",
                                        "millrace_ledger_drift_sums{partition=\"1\"} 0.0",
                                        "millrace_ledger_checked_timestamp_seconds{partition=\"1\"}"));
    }

    private static Rebuild rebuild(int partition, boolean apply, long changed) {
        return Rebuild.newBuilder()
                .setRebuildId(new UUID(1, partition))
                .setPhase(RebuildPhase.FINISHED)
                .setApply(apply)
                .setRequestedAt(Instant.EPOCH)
                .setAuthor("test")
                .setPartition(partition)
                .setFinishedAt(Instant.EPOCH.plusSeconds(1_700_000_000))
                .setChanged(changed)
                .build();
    }

    @Test
    void attempts_without_a_price_are_told_to_prometheus() {
        Instant month = Bucket.MONTH.startOf(InstantSource.system().instant());
        Topic<Cost> months = rig.log.topics().monthlyCosts();
        send(months, "now-1", cost(month.toString(), "acme", "unpriced", null, null));
        send(months, "now-2", cost(month.toString(), "other", "unpriced", null, null));

        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(rig.get("/actuator/prometheus").body())
                                .contains(
                                        "millrace_ledger_unpriced_attempts{model=\"unpriced\",provider=\"acme-cloud\"} 2.0")
                                .doesNotContain("model=\"free\""));
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
                                + "reasoning_tokens,cache_write_1h_tokens,audio_input_tokens,"
                                + "audio_output_tokens,images,audio_milliseconds,queries,"
                                + "compute_milliseconds,saved,latency_p50_ms,latency_p95_ms,"
                                + "latency_p99_ms,first_token_p50_ms,first_token_p95_ms,"
                                + "first_token_p99_ms\r\n"
                                + "large,interactive,2026-03-02T00:00:00Z,3,USD,1,1,0,0,0,10,0,"
                                + "0,20,0,0,0,0,2,0,0,0,,,,,,,\r\n");
    }

    @Test
    void costs_by_label_are_of_the_attempts_that_have_it_with_percentiles_over_all_of_them()
            throws Exception {
        HttpResponse<String> json = rig.get("/v1/costs?group_by=label:team,tenant&bucket=hour");
        assertThat(json.body())
                .contains("\"label:team\":\"search\",\"tenant\":\"acme\"")
                .contains("\"cost\":\"3\"")
                .contains("\"saved\":\"0.5\"")
                .contains("\"latency_ms\":{\"p50\":415,\"p95\":2047,\"p99\":2047}")
                .doesNotContain("first_token_ms", "feature", "\"100\"");

        HttpResponse<String> csv =
                rig.get("/v1/costs?group_by=label:team&bucket=hour", "accept", "text/csv");
        assertThat(csv.body().lines().skip(1))
                .singleElement()
                .asString()
                .startsWith("search,2026-03-01T12:00:00Z,3,USD,2,2,")
                .endsWith(",0.5,415,2047,2047,,,");
        assertThat(rig.get("/v1/costs?group_by=label:nobody&bucket=hour").body())
                .contains("\"data\":[]");
    }

    @Test
    void a_wrong_parameter_is_named() throws Exception {
        assertRefused("group_by=colour", "group_by");
        assertRefused("group_by=label:", "group_by");
        assertRefused("group_by=label:team,label:feature", "group_by");
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
        return "{\"tenant\":\"%s\",\"bucket\":\"2026-03-01T00:00:00Z\",\"cost\":%s,\"currency\":%s,\"saved\":null,"
                        .formatted(tenant, cost, currency)
                + "\"requests\":%d,\"attempts\":%d,\"failures\":0,\"unpriced_attempts\":%d,"
                        .formatted(rows, rows, unpriced)
                + "\"estimated_attempts\":0,\"input_tokens\":%d,\"cache_read_tokens\":0,"
                        .formatted(10 * rows)
                + "\"cache_write_tokens\":0,\"output_tokens\":%d,\"reasoning_tokens\":0,"
                        .formatted(20 * rows)
                + "\"cache_write_1h_tokens\":0,\"audio_input_tokens\":0,"
                + "\"audio_output_tokens\":0,\"images\":%d,\"audio_milliseconds\":0,"
                        .formatted(2 * rows)
                + "\"queries\":0,\"compute_milliseconds\":0}";
    }

    private static <V extends SpecificRecord> void send(
            Topic<V> topic, String key, @Nullable V value) {
        rig.other.send(topic, key, value);
    }

    private static Cost labelled(
            String model, String amount, String label, long bound, long attempts) {
        return Cost.newBuilder(cost("2026-03-01T12:00:00Z", "acme", model, amount, "USD"))
                .setGranularity(Granularity.HOUR)
                .setLabelName(label)
                .setLabelValue("search")
                .setSavedAmount(new BigDecimal("0.25").setScale(12))
                .setLatency(List.of(new LatencyBucket(bound, attempts)))
                .build();
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
                .setImages(2)
                .setCharges(1)
                .build();
    }
}
