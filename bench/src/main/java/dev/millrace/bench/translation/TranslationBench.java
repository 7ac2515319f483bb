package dev.millrace.bench.translation;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.worker.anthropic.AnthropicDialect;
import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.cohere.CohereDialect;
import dev.millrace.worker.dialect.OpenAiDialect;
import dev.millrace.worker.gemini.GeminiDialect;
import dev.millrace.worker.http.Dialect;
import dev.millrace.worker.http.Exchange;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Pricing;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// A prompt of 50 kB in ten turns with two tools, put into the provider's terms, and its answer of
/// 2 kB read. Run by `bench/translation`.
@State(Scope.Thread)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 5)
@Fork(1)
public class TranslationBench {
    private static final int TURNS = 10;
    private static final int PROMPT = 50_000;
    private static final String TOOL =
            """
            {"type":"function","function":{"name":"NAME","description":"Looks it up.","parameters":\
            {"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer"}},"required":["city"]}}}\
            """;

    /// The dialect.
    @Param({"openai", "anthropic", "gemini", "cohere"})
    public String kind = "openai";

    private Dialect dialect = new AnthropicDialect(false);
    private Call call = call("{}");
    private byte[] answer = {};

    /// Makes the request and the answer.
    @Setup
    public void prepare() {
        String words = "The mill turns as long as the water runs. \\\"Ünder\\\" it, a race. ";
        String turn = words.repeat(PROMPT / TURNS / words.length());
        StringBuilder body =
                new StringBuilder("{\"model\":\"m\",\"max_tokens\":500,\"messages\":[");
        for (int i = 0; i < TURNS; i++) {
            body.append(i == 0 ? "" : ",").append("{\"role\":\"");
            body.append(i % 2 == 0 ? "user" : "assistant");
            body.append("\",\"content\":\"").append(turn).append("\"}");
        }
        body.append("],\"tools\":[").append(TOOL.replace("NAME", "one")).append(',');
        body.append(TOOL.replace("NAME", "two")).append("]}");
        call = call(body.toString());
        dialect =
                switch (kind) {
                    case "anthropic" -> new AnthropicDialect(false);
                    case "gemini" -> new GeminiDialect(false);
                    case "cohere" -> new CohereDialect(URI.create("http://127.0.0.1:1/v2"), false);
                    default -> new OpenAiDialect(Map.of(), true);
                };
        answer = answer(words.repeat(2_000 / words.length())).getBytes(UTF_8);
    }

    /// There and back.
    @Benchmark
    public Exchange.Whole thereAndBack() throws Unmappable {
        Exchange exchange = dialect.exchange(call, Instant.EPOCH);
        if (exchange.body().length < PROMPT / 2) {
            throw new IllegalStateException("the prompt got lost");
        }
        return exchange.whole(answer);
    }

    private String answer(String text) {
        return switch (kind) {
            case "anthropic" ->
                    """
                    {"id":"m","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"%s"}],\
                    "stop_reason":"end_turn","usage":{"input_tokens":12000,"output_tokens":500}}\
                    """
                            .formatted(text);
            case "gemini" ->
                    """
                    {"candidates":[{"content":{"role":"model","parts":[{"text":"%s"}]},"finishReason":"STOP","index":0}],\
                    "usageMetadata":{"promptTokenCount":12000,"candidatesTokenCount":500,"totalTokenCount":12500}}\
                    """
                            .formatted(text);
            case "cohere" ->
                    """
                    {"id":"m","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text","text":"%s"}]},\
                    "usage":{"billed_units":{"input_tokens":12000,"output_tokens":500},"tokens":{"input_tokens":12000,"output_tokens":500}}}\
                    """
                            .formatted(text);
            default ->
                    """
                    {"id":"m","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant",\
                    "content":"%s"},"finish_reason":"stop"}],"usage":{"prompt_tokens":12000,"completion_tokens":500}}\
                    """
                            .formatted(text);
        };
    }

    private static Call call(String body) {
        return new Call(
                new UUID(0, 1),
                Operation.CHAT_COMPLETION,
                "upstream-model",
                body.getBytes(UTF_8),
                false,
                12_000,
                Pricing.UNKNOWN);
    }
}
