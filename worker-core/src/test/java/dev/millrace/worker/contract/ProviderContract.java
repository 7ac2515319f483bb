package dev.millrace.worker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Outcome.TimedOut.Limit;
import dev.millrace.worker.provider.Pricing;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.TokenUsage;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What every provider that speaks OpenAI's dialect does. A module extends it with its own way to
/// make a provider.
public abstract class ProviderContract {
    static {
        // What is awaited here comes within milliseconds.
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
    }

    /// The credential that the provider is made with.
    protected static final String KEY = "key-of-the-contract";

    private static final long ESTIMATED_PROMPT = 11;
    private static final TokenUsage ESTIMATED = TokenUsage.estimate(ESTIMATED_PROMPT, 0);
    private static final Timeouts PATIENT =
            new Timeouts(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60));

    private final InstantSource clock = InstantSource.system();
    private final List<String> sent = Collections.synchronizedList(new ArrayList<>());
    private ScriptedUpstream upstream;
    private Provider provider;

    /// A provider that calls `baseUrl` with [#KEY] as its bearer key, if it takes one.
    protected abstract Provider provider(URI baseUrl, Timeouts timeouts);

    /// Whether the provider sends a credential.
    protected boolean sendsKey() {
        return true;
    }

    /// Where a probe asks beside the list of models.
    protected List<String> ownEndpoints() {
        return List.of();
    }

    /// Whether an upstream that lists no models may be ready all the same.
    protected boolean mayNotList() {
        return true;
    }

    @BeforeEach
    void start() throws IOException {
        upstream = new ScriptedUpstream();
        provider = provider(upstream.baseUrl(), PATIENT);
    }

    @AfterEach
    void stop() throws IOException {
        provider.close();
        upstream.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"chat", "chat-unknown-fields", "chat-without-model", "embeddings"})
    void a_request_travels_untouched_and_its_answer_gains_the_cost(String name) throws Exception {
        Golden golden = new Golden(name);
        upstream.thenAnswer(200, golden.upstreamResponse(), "x-request-id: up-1");

        Outcome outcome = attempt(golden.client(), name.startsWith("embed"), false);

        assertThat(upstream.received().getFirst().text()).isEqualTo(golden.upstreamRequest());
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Completed.class,
                        completed -> {
                            assertThat(text(completed)).isEqualTo(golden.reply());
                            assertThat(completed.usage().estimated()).isFalse();
                            assertThat(completed.trace().status()).isEqualTo(200);
                            assertThat(completed.trace().requestId()).isEqualTo("up-1");
                        });
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"stream", "stream-usage", "stream-usage-in-every-chunk", "stream-options"})
    void a_stream_is_passed_on_with_usage_only_where_the_client_asked(String name)
            throws Exception {
        Golden golden = new Golden(name);
        upstream.thenStream(golden.upstreamResponse());

        Outcome outcome = attempt(golden.client(), false, true);

        assertThat(upstream.received().getFirst().text()).isEqualTo(golden.upstreamRequest());
        assertThat(String.join("", sent)).isEqualTo(golden.reply());
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Completed.class,
                        completed -> {
                            assertThat(completed.body()).isNull();
                            assertThat(completed.finishReason()).isEqualTo("stop");
                            assertThat(completed.usage())
                                    .isEqualTo(new TokenUsage(5, 4, 0, 2, 1, false));
                            assertThat(completed.trace().requestId()).isEqualTo("up-1");
                        });
    }

    @Test
    void a_stream_cut_anywhere_is_read_the_same() throws Exception {
        byte[] body = new Golden("stream").upstreamResponse().getBytes(UTF_8);
        byte[] crlf = new Golden("stream").upstreamResponse().replace("\n", "\r\n").getBytes(UTF_8);
        upstream.thenStream(cut(body, 1)).thenStream(cut(crlf, 1)).thenStream(cut(crlf, 7));

        for (int i = 0; i < 3; i++) {
            sent.clear();
            Outcome outcome = attempt(new Golden("stream").client(), false, true);

            assertThat(outcome).isInstanceOf(Outcome.Completed.class);
            assertThat(String.join("", sent)).isEqualTo(new Golden("stream").reply());
        }
    }

    @Test
    void usage_that_the_provider_does_not_report_is_estimated_and_says_so() throws Exception {
        upstream.thenAnswer(
                        200,
                        "{\"choices\":[{\"message\":{\"content\":\"twelve bytes\"},\"finish_reason\":\"stop\"}]}")
                .thenStream(
                        "data: {\"choices\":[{\"delta\":{\"content\":\"twelve bytes\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n");

        Outcome whole = attempt("{\"messages\":[]}", false, false);
        Outcome streamed = attempt("{\"messages\":[],\"stream\":true}", false, true);

        assertThat(List.of(whole, streamed))
                .allSatisfy(outcome ->
                        assertThat(outcome.progress().usage())
                                .isEqualTo(TokenUsage.estimate(ESTIMATED_PROMPT, 3)));
    }

    @Test
    void audio_images_and_the_service_tier_are_reported_apart() throws Exception {
        String usage =
                """
                "service_tier":"flex","usage":{"prompt_tokens":100,"completion_tokens":50,"prompt_audio_seconds":3,\
                "prompt_tokens_details":{"cached_tokens":20,"audio_tokens":30},\
                "completion_tokens_details":{"reasoning_tokens":10,"audio_tokens":5}}\
                """;
        upstream.thenAnswer(200, "{\"choices\":[]," + usage + "}")
                .thenStream("data: {\"choices\":[]," + usage + "}\n\ndata: [DONE]\n\n");
        String body =
                """
                {"messages":[{"role":"user","content":[{"type":"text","text":"image_url"},\
                {"type":"image_url","image_url":{"url":"data:,"}},{"type":"image_url","image_url":{"url":"data:,"}}]}]}\
                """;

        Outcome whole = attempt(body, false, false);
        Outcome streamed = attempt(body, false, true);

        assertThat(List.of(whole, streamed))
                .allSatisfy(outcome ->
                        assertThat(outcome.progress().usage())
                                .isEqualTo(
                                        new TokenUsage(
                                                50,
                                                20,
                                                0,
                                                35,
                                                10,
                                                new TokenUsage.Details(
                                                        0, 30, 5, 3000, 2, 0, "flex"),
                                                false)));
    }

    @Test
    void absurd_usage_counts_as_none() throws Exception {
        upstream.thenAnswer(
                200,
                "{\"choices\":[],\"usage\":{\"prompt_tokens\":-5,\"completion_tokens\":99999999999999999999}}");

        Outcome outcome = attempt("{}", false, false);

        assertThat(outcome.progress().usage()).isEqualTo(ESTIMATED);
        assertThat(text((Outcome.Completed) outcome)).contains("\"cost\":null");
    }

    @Test
    void the_call_carries_the_credential_and_its_own_id() throws Exception {
        upstream.thenAnswer(200, "{\"choices\":[]}");

        attempt("{}", false, false);

        ScriptedUpstream.Received received = upstream.received().getFirst();
        assertThat(received.method()).isEqualTo("POST");
        assertThat(received.path()).isEqualTo("/v1/chat/completions");
        assertThat(received.headers()).containsEntry("content-type", "application/json");
        assertThat(received.headers()).containsKey("x-client-request-id");
        if (sendsKey()) {
            assertThat(received.headers()).containsEntry("authorization", "Bearer " + KEY);
        }
    }

    @Test
    void connections_are_used_again() throws Exception {
        upstream.thenAnswer(200, "{\"choices\":[]}")
                .thenStream(new Golden("stream").upstreamResponse())
                .thenAnswer(400, "{\"error\":{\"message\":\"no\"}}")
                .thenAnswer(200, "{\"choices\":[]}");

        attempt("{}", false, false);
        attempt("{\"stream\":true}", false, true);
        attempt("{}", false, false);
        Outcome last = attempt("{}", false, false);

        assertThat(last).isInstanceOf(Outcome.Completed.class);
        assertThat(upstream.connections()).isLessThanOrEqualTo(2);
    }

    @Test
    void an_answer_of_megabytes_comes_through() throws Exception {
        String long1 = "x".repeat(5_000_000);
        upstream.thenAnswer(200, "{\"choices\":[{\"message\":{\"content\":\"" + long1 + "\"}}]}");

        Outcome outcome = attempt("{}", false, false);

        assertThat(((Outcome.Completed) outcome).body()).hasSizeGreaterThan(5_000_000);
    }

    @ParameterizedTest
    @CsvSource({
        "400, Rejected",
        "404, Rejected",
        "413, Rejected",
        "422, Rejected",
        "401, CredentialRefused",
        "402, CredentialRefused",
        "403, CredentialRefused",
        "408, TimedOut",
        "504, TimedOut",
        "429, Throttled",
        "529, Throttled",
        "409, Unavailable",
        "418, Unavailable",
        "500, Unavailable",
        "502, Unavailable",
        "503, Unavailable",
        "302, Malformed"
    })
    void each_status_has_its_outcome_and_costs_nothing(int status, String outcome)
            throws Exception {
        upstream.thenAnswer(
                status, "{\"error\":{\"message\":\"m\",\"type\":\"t\"}}", "location: /x");

        Outcome actual = attempt("{}", false, false);

        assertThat(actual.getClass().getSimpleName()).isEqualTo(outcome);
        assertThat(actual.trace().status()).isEqualTo(status);
        assertThat(actual.progress().usage()).isEqualTo(TokenUsage.NONE);
        assertThat(upstream.received()).hasSize(1);
    }

    @Test
    void a_rejection_keeps_the_upstreams_words_but_no_host_and_no_credential() throws Exception {
        upstream.thenAnswer(
                400,
                """
                {"error":{"message":"Bad 'n' at 127.0.0.1:8000 gpu-7.internal for %s and Bearer abc, see sk-live-12345678",
                 "type":"invalid_request_error","param":"n","code":"bad_n"}}\
                """
                        .formatted(KEY));

        ErrorAnswer error = ((Outcome.Rejected) attempt("{}", false, false)).error();

        assertThat(error.status()).isEqualTo(400);
        assertThat(error.type()).isEqualTo("invalid_request_error");
        assertThat(error.param()).isEqualTo("n");
        assertThat(error.code()).isEqualTo("bad_n");
        assertThat(error.message()).startsWith("Bad 'n' at ");
        assertThat(error.message()).doesNotContain("127.0.0.1", "gpu-7", "abc", "sk-live");
        if (sendsKey()) {
            assertThat(error.message()).doesNotContain(KEY);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"message\":\"too long\",\"code\":\"context_length_exceeded\"}}|context_length_exceeded",
                "{\"object\":\"error\",\"message\":\"This model's maximum context length is 10\",\"code\":400}|context_length_exceeded",
                "{\"error\":{\"message\":\"m\",\"type\":\"exceed_context_size_error\"}}|context_length_exceeded",
                "{\"error\":{\"message\":\"m\",\"code\":\"content_policy_violation\"}}|content_filter",
                "{\"error\":\"plain words\"}|",
                "not json|",
            })
    void rejections_are_told_with_the_contracts_codes(String body, String code) throws Exception {
        upstream.thenAnswer(400, body);

        ErrorAnswer error = ((Outcome.Rejected) attempt("{}", false, false)).error();

        assertThat(error.code()).isEqualTo(code);
        assertThat(error.message()).isNotBlank();
    }

    @Test
    void an_exhausted_account_is_a_refused_credential_and_not_a_moments_load() throws Exception {
        upstream.thenAnswer(
                429, "{\"error\":{\"message\":\"quota\",\"code\":\"insufficient_quota\"}}");

        assertThat(attempt("{}", false, false)).isInstanceOf(Outcome.CredentialRefused.class);
    }

    @Test
    void a_request_larger_than_a_whole_minutes_quota_is_rejected_and_not_asked_again()
            throws Exception {
        upstream.thenAnswer(
                429,
                "{\"error\":{\"message\":\"Request too large for gpt-4o in organization"
                        + " org-x0X1x2X3x4X5x6X7x8X9x0X1 on"
                        + " tokens per min (TPM): Limit 30000, Requested 36278.\","
                        + "\"type\":\"tokens\",\"param\":null,\"code\":\"rate_limit_exceeded\"}}");

        assertThat(attempt("{}", false, false))
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        rejected -> {
                            assertThat(rejected.error().status()).isEqualTo(413);
                            assertThat(rejected.error().message())
                                    .contains("Limit 30000, Requested 36278")
                                    .doesNotContain("org-x");
                        });
    }

    @Test
    void retry_after_is_read_in_each_of_its_forms() throws Exception {
        String date =
                DateTimeFormatter.RFC_1123_DATE_TIME.format(
                        clock.instant().plusSeconds(90).atZone(ZoneOffset.UTC));
        upstream.thenAnswer(429, "{}", "retry-after: 7")
                .thenAnswer(429, "{}", "retry-after: 7", "retry-after-ms: 250")
                .thenAnswer(503, "{}", "retry-after: 0.5")
                .thenAnswer(429, "{}", "retry-after: " + date)
                .thenAnswer(429, "{}", "retry-after: soon")
                .thenAnswer(429, "{}");

        assertThat(retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(retryAfter()).isEqualTo(Duration.ofMillis(250));
        assertThat(retryAfter()).isEqualTo(Duration.ofMillis(500));
        assertThat(retryAfter()).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(90));
        assertThat(retryAfter()).isNull();
        assertThat(retryAfter()).isNull();
    }

    @Test
    void without_it_the_limit_that_is_used_up_and_comes_back_last_counts() throws Exception {
        String date = clock.instant().plusSeconds(40).toString();
        upstream.thenAnswer(
                        429,
                        "{}",
                        "x-ratelimit-remaining-requests: 0",
                        "x-ratelimit-reset-requests: 1m2.5s",
                        "x-ratelimit-remaining-tokens: 12",
                        "x-ratelimit-reset-tokens: 3m")
                .thenAnswer(
                        429,
                        "{}",
                        "x-ratelimit-remaining-requests: 0",
                        "x-ratelimit-reset-requests: 20ms",
                        "x-ratelimit-remaining-tokens: -0",
                        "x-ratelimit-reset-tokens: 7")
                .thenAnswer(
                        429,
                        "{}",
                        "anthropic-ratelimit-input-tokens-remaining: 0",
                        "anthropic-ratelimit-input-tokens-reset: " + date)
                .thenAnswer(
                        429,
                        "{}",
                        "x-ratelimit-remaining-tokens: 0",
                        "x-ratelimit-reset-tokens: 900h")
                .thenAnswer(
                        429,
                        "{}",
                        "x-ratelimit-remaining-tokens: 0",
                        "x-ratelimit-reset-tokens: soon")
                .thenAnswer(
                        429,
                        "{}",
                        "retry-after: 1",
                        "x-ratelimit-remaining-tokens: 0",
                        "x-ratelimit-reset-tokens: 9s");

        assertThat(retryAfter()).isEqualTo(Duration.ofMillis(62_500));
        assertThat(retryAfter()).isEqualTo(Duration.ofSeconds(7));
        assertThat(retryAfter()).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(40));
        assertThat(retryAfter()).isEqualTo(Duration.ofHours(1));
        assertThat(retryAfter()).isNull();
        assertThat(retryAfter()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<html>It works!</html>",
                "",
                "[]",
                "{}",
                "{\"choices\":1}",
                "{\"choices\":[]",
                "{\"error\":{\"message\":\"boom\"}}"
            })
    void a_success_that_is_no_answer_is_malformed(String body) throws Exception {
        upstream.thenAnswer(200, body);

        assertThat(attempt("{}", false, false)).isInstanceOf(Outcome.Malformed.class);
    }

    @Test
    void a_stream_answered_without_a_stream_is_malformed() throws Exception {
        upstream.thenAnswer(200, "{\"choices\":[]}");

        assertThat(attempt("{\"stream\":true}", false, true)).isInstanceOf(Outcome.Malformed.class);
    }

    @Test
    void a_stream_that_ends_early_is_malformed_and_charged_for_what_came() throws Exception {
        upstream.thenStream("data: {\"choices\":[{\"delta\":{\"content\":\"four\"}}]}\n\n");

        Outcome outcome = attempt("{\"stream\":true}", false, true);

        assertThat(outcome).isInstanceOf(Outcome.Malformed.class);
        assertThat(outcome.progress().contentSent()).isTrue();
        assertThat(outcome.progress().usage()).isEqualTo(TokenUsage.estimate(ESTIMATED_PROMPT, 1));
    }

    @Test
    void a_stream_that_lacks_done_but_names_its_end_is_complete() throws Exception {
        upstream.thenStream(
                "data: {\"choices\":[{\"delta\":{\"content\":\"four\"},\"finish_reason\":\"length\"}]}");

        assertThat(attempt("{\"stream\":true}", false, true))
                .isInstanceOfSatisfying(
                        Outcome.Completed.class,
                        completed -> assertThat(completed.finishReason()).isEqualTo("length"));
    }

    @Test
    void an_error_event_ends_the_stream() throws Exception {
        upstream.thenStream(
                        "data: {\"choices\":[{\"delta\":{\"content\":\"four\"}}]}\n\n"
                                + "data: {\"error\":{\"message\":\"boom\"}}\n\ndata: [DONE]\n\n")
                .thenStream(
                        "event: error\ndata: {\"error\":{\"message\":\"m\",\"type\":\"overloaded_error\"}}\n\n");

        Outcome late = attempt("{\"stream\":true}", false, true);
        Outcome early = attempt("{\"stream\":true}", false, true);

        assertThat(late).isInstanceOf(Outcome.Malformed.class);
        assertThat(late.progress().contentSent()).isTrue();
        assertThat(early).isInstanceOf(Outcome.Throttled.class);
        assertThat(early.progress().contentSent()).isFalse();
    }

    @Test
    void nothing_is_sent_before_the_first_content_so_that_the_request_can_go_elsewhere()
            throws Exception {
        upstream.thenStream(
                "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
                        + "data: {\"error\":{\"message\":\"boom\"}}\n\n");

        Outcome outcome = attempt("{\"stream\":true}", false, true);

        assertThat(outcome.progress().contentSent()).isFalse();
    }

    @Test
    void nonsense_in_a_stream_is_malformed() throws Exception {
        upstream.thenStream("data: {\"choices\":[{\"delta\":{\"conte\n\n")
                .thenStream("data: " + "x".repeat(9_000_000))
                .thenStream("");

        for (int i = 0; i < 3; i++) {
            assertThat(attempt("{\"stream\":true}", false, true))
                    .isInstanceOf(Outcome.Malformed.class);
        }
    }

    @Test
    void a_dropped_connection_is_unavailable() throws Exception {
        upstream.then(_ -> false)
                .then(connection -> {
                    connection.write("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{\"cho");
                    return false;
                })
                .then(connection -> {
                    ScriptedUpstream.startStream(connection);
                    connection.chunk(
                            "data: {\"choices\":[{\"delta\":{\"content\":\"four\"}}]}\n\n"
                                    .getBytes(UTF_8));
                    return false;
                });

        Instant now = clock.instant();
        Deadline stopped = new Deadline(now.plusSeconds(60), InstantSource.fixed(now));
        Outcome atOnce = provider.attempt(call("{}", false, false), stopped, this::sent);
        Outcome halfBody = attempt("{}", false, false);
        Outcome midStream = attempt("{\"stream\":true}", false, true);

        assertThat(List.of(atOnce, halfBody, midStream))
                .allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Unavailable.class));
        assertThat(atOnce.progress().usage()).isEqualTo(TokenUsage.NONE);
        assertThat(halfBody.progress().usage()).isEqualTo(ESTIMATED);
        assertThat(midStream.progress().contentSent()).isTrue();
    }

    @Test
    void an_upstream_that_is_not_there_is_unavailable_and_costs_nothing() throws Exception {
        upstream.close();

        Outcome outcome = attempt("{}", false, false);

        assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
        assertThat(outcome.progress().usage()).isEqualTo(TokenUsage.NONE);
        assertThat(((Outcome.Unavailable) outcome).reason())
                .doesNotContain("127.0.0.1", String.valueOf(upstream.baseUrl().getPort()));
    }

    @Test
    void waits_end_with_their_timeouts_and_close_the_connection() throws Exception {
        Duration ample = Duration.ofSeconds(60);
        Duration moment = Duration.ofMillis(300);
        Deadline soon = new Deadline(clock.instant().plus(moment), clock);
        upstream.thenHang().thenHang().thenHang();

        Outcome whole = attempt(upstream, new Timeouts(ample, ample, ample, moment), false);
        Outcome stream = attempt(upstream, new Timeouts(ample, moment, ample, ample), true);
        Outcome late = provider.attempt(call("{}", false, false), soon, this::sent);

        assertThat(limit(whole)).isEqualTo(Limit.TOTAL);
        assertThat(limit(stream)).isEqualTo(Limit.FIRST_TOKEN);
        assertThat(limit(late)).isEqualTo(Limit.DEADLINE);
        assertThat(late.progress().usage()).isEqualTo(ESTIMATED);
        await().untilAsserted(() ->
                assertThat(upstream.disconnects()).isEqualTo(upstream.received().size()));
    }

    @Test
    void a_stream_that_falls_silent_ends_with_its_idle_timeout() throws Exception {
        Duration ample = Duration.ofSeconds(60);
        upstream.then(connection -> {
            ScriptedUpstream.startStream(connection);
            connection.chunk(
                    "data: {\"choices\":[{\"delta\":{\"content\":\"four\"}}]}\n\n".getBytes(UTF_8));
            connection.awaitDisconnect();
            return false;
        });

        Outcome silent =
                attempt(upstream, new Timeouts(ample, ample, Duration.ofMillis(80), ample), true);

        assertThat(limit(silent)).isEqualTo(Limit.IDLE);
        assertThat(silent.progress().contentSent()).isTrue();
        await().untilAsserted(() -> assertThat(upstream.disconnects()).isEqualTo(1));
    }

    @Test
    void an_interrupted_call_closes_the_upstream_connection_at_once() throws Exception {
        upstream.thenHang()
                .then(connection -> {
                    ScriptedUpstream.startStream(connection);
                    connection.chunk(
                            "data: {\"choices\":[{\"delta\":{\"content\":\"four\"}}]}\n\n"
                                    .getBytes(UTF_8));
                    connection.awaitDisconnect();
                    return false;
                });

        Outcome beforeTheHead = interrupted(call("{}", false, false), 1);
        Outcome midStream = interrupted(call("{\"stream\":true}", false, true), 2);

        assertThat(beforeTheHead).isInstanceOf(Outcome.Cancelled.class);
        assertThat(beforeTheHead.progress().usage()).isEqualTo(ESTIMATED);
        assertThat(midStream).isInstanceOf(Outcome.Cancelled.class);
        assertThat(midStream.progress().usage())
                .isEqualTo(TokenUsage.estimate(ESTIMATED_PROMPT, 1));
    }

    @Test
    void a_body_that_is_not_a_json_object_is_rejected_without_a_call() throws Exception {
        for (String body : List.of("", "[]", "{", "{\"a\":1}{", "{\"model\":}", "\"x\"")) {
            Outcome outcome = attempt(body, false, false);
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Outcome.Rejected.class,
                            rejected -> assertThat(rejected.error().status()).isEqualTo(400));
        }
        assertThat(upstream.received()).isEmpty();
    }

    @Test
    void models_are_listed_and_health_is_told() throws Exception {
        for (String path : ownEndpoints()) {
            upstream.always(path, 404, "{}");
        }
        upstream.thenAnswer(
                        200,
                        """
                        {"object":"list","data":[{"id":"a","object":"model","max_model_len":4096},
                         {"id":"b","object":"model","meta":{"n_ctx_train":8192}},{"id":"c"}]}\
                        """)
                .thenAnswer(200, "{\"object\":\"list\",\"data\":null}")
                .thenAnswer(200, "<html>")
                .thenAnswer(401, "{}")
                .thenAnswer(500, "{}")
                .thenAnswer(404, "{}");

        assertThat(provider.probe())
                .isEqualTo(
                        new ProviderHealth.Ready(
                                List.of(
                                        new ListedModel("a", 4096L, List.of()),
                                        new ListedModel("b", 8192L, List.of()),
                                        new ListedModel("c"))));
        assertThat(provider.probe()).isEqualTo(new ProviderHealth.Ready(List.of()));
        assertThat(provider.probe()).isInstanceOf(ProviderHealth.Down.class);
        assertThat(provider.probe()).isInstanceOf(ProviderHealth.CredentialRefused.class);
        assertThat(provider.probe()).isInstanceOf(ProviderHealth.Down.class);
        assertThat(provider.probe())
                .isInstanceOf(
                        mayNotList() ? ProviderHealth.Ready.class : ProviderHealth.Down.class);
        assertThat(upstream.received().getFirst().path()).isEqualTo("/v1/models");
        upstream.close();
        assertThat(provider.probe()).isInstanceOf(ProviderHealth.Down.class);
    }

    private Outcome attempt(String body, boolean embedding, boolean stream)
            throws InterruptedException {
        return provider.attempt(call(body, embedding, stream), inAnHour(), this::sent);
    }

    private Outcome attempt(ScriptedUpstream server, Timeouts timeouts, boolean stream)
            throws InterruptedException {
        try (Provider hasty = provider(server.baseUrl(), timeouts)) {
            return hasty.attempt(call("{}", false, stream), inAnHour(), this::sent);
        }
    }

    private Call call(String body, boolean embedding, boolean stream) {
        return new Call(
                UUID.randomUUID(),
                embedding ? Operation.EMBEDDING : Operation.CHAT_COMPLETION,
                "upstream-model",
                body.getBytes(UTF_8),
                stream,
                ESTIMATED_PROMPT,
                _ -> Optional.of(new Pricing.Cost(new BigDecimal("0.000123000000"), "USD")));
    }

    private Deadline inAnHour() {
        return new Deadline(clock.instant().plusSeconds(3600), clock);
    }

    private void sent(byte[] chunks) {
        sent.add(new String(chunks, UTF_8));
    }

    private @Nullable Duration retryAfter() throws InterruptedException {
        return switch (attempt("{}", false, false)) {
            case Outcome.Throttled throttled -> throttled.retryAfter();
            case Outcome.Unavailable unavailable -> unavailable.retryAfter();
            case Outcome other -> throw new AssertionError("unexpected outcome " + other);
        };
    }

    private static Limit limit(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.TimedOut.class);
        return ((Outcome.TimedOut) outcome).limit();
    }

    /// Starts a call, interrupts it when the upstream has it, and awaits that the upstream lost it.
    private Outcome interrupted(Call call, int calls)
            throws InterruptedException, TimeoutException, ExecutionException {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        int sentBefore = sent.size();
        Thread thread =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                outcome.complete(provider.attempt(call, inAnHour(), this::sent));
                            } catch (InterruptedException e) {
                                outcome.completeExceptionally(e);
                            }
                        });
        await().untilAsserted(() -> assertThat(upstream.received()).hasSize(calls));
        if (call.stream()) {
            await().untilAsserted(() -> assertThat(sent).hasSizeGreaterThan(sentBefore));
        }
        thread.interrupt();
        await().atMost(1, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(upstream.disconnects()).isEqualTo(calls));
        return outcome.get(1, TimeUnit.SECONDS);
    }

    private static byte[][] cut(byte[] body, int length) {
        List<byte[]> pieces = new ArrayList<>();
        for (int i = 0; i < body.length; i += length) {
            pieces.add(Arrays.copyOfRange(body, i, Math.min(body.length, i + length)));
        }
        return pieces.toArray(byte[][]::new);
    }

    private static String text(Outcome.Completed completed) {
        byte[] body = completed.body();
        return body == null ? "" : new String(body, UTF_8);
    }
}
