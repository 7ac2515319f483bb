package dev.millrace.worker.local.servers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Outcome;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What Hugging Face's text generation inference does in its own way, in its newer and its older
/// versions: events without a space behind the colon, errors as texts.
class TextGenerationInferenceTest {
    private static final String MODEL = "HuggingFaceH4/zephyr-7b-beta";

    private FakeServer server;

    @BeforeEach
    void start() throws Exception {
        server = new FakeServer(ProviderKind.HUGGING_FACE);
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void its_events_are_read() throws Exception {
        Outcome outcome = stream("stream.txt");

        assertThat(outcome).isInstanceOf(Outcome.Completed.class);
        Outcome.Completed completed = (Outcome.Completed) outcome;
        assertThat(completed.finishReason()).isEqualTo("stop");
        assertThat(completed.usage().input()).isEqualTo(5);
        assertThat(completed.usage().output()).isEqualTo(2);
    }

    @Test
    void an_error_in_its_stream_fails_the_call() throws Exception {
        assertThat(stream("stream-that-fails.txt")).isInstanceOf(Outcome.Malformed.class);
        assertThat(stream("stream-that-failed-in-older-versions.txt"))
                .isInstanceOf(Outcome.Malformed.class);
        assertThat(stream("stream-of-one-that-is-overloaded.txt"))
                .isInstanceOf(Outcome.Throttled.class);
    }

    @Test
    void its_errors_are_told_apart() throws Exception {
        server.answers("/v1/chat/completions", 422, "too-long.json");
        assertThat(server.call(MODEL))
                .isInstanceOfSatisfying(
                        Outcome.Rejected.class,
                        rejected ->
                                assertThat(rejected.error())
                                        .extracting(ErrorAnswer::code, ErrorAnswer::type)
                                        .containsExactly(
                                                "context_length_exceeded",
                                                "invalid_request_error"));

        server.answers("/v1/chat/completions", 429, "overloaded.json");
        assertThat(server.call(MODEL)).isInstanceOf(Outcome.Throttled.class);
    }

    private Outcome stream(String golden) throws Exception {
        server.upstream().thenStream(server.golden(golden));
        return server.call(MODEL);
    }
}
