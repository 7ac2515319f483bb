package dev.millrace.cli;

import static dev.millrace.cli.FakeModels.error;
import static dev.millrace.cli.FakeModels.stream;
import static dev.millrace.cli.FakeModels.usage;
import static dev.millrace.cli.FakeModels.whole;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;

class CompareCommandTest {

    private static final String PROMPTS =
            """
            {"id":"sum","prompt":"2+2?","expect":"4"}
            {"id":"json","prompt":"As JSON?","expect":{"json":{"a":1}}}
            {"id":"why","prompt":"Why?"}
            """;

    @TempDir private Path folder;
    @AutoClose private final FakeGateway gateway = FakeGateway.start();
    private FakeModels models;

    @BeforeEach
    void start() {
        models =
                FakeModels.behind(gateway)
                        .with("fast", prompt -> stream(fast(prompt), usage(10, 21, "0.00031")))
                        .with(
                                "good",
                                prompt ->
                                        prompt.equals("Why?")
                                                ? error(429, "rate_limited")
                                                : stream(good(prompt), usage(12, 41, "null")))
                        .with(
                                "judge",
                                prompt ->
                                        whole(
                                                "{\"reason\":\"So.\",\"score\":"
                                                        + (prompt.contains("5") ? 2 : 9)
                                                        + "}",
                                                usage(100, 8, "0.001")));
    }

    @Test
    void the_table_shows_every_models_figures() throws Exception {
        Shell shell = Shell.talkingTo(gateway);

        int exitCode = compare(shell, "-m", "fast,good", "-p", prompts());

        assertThat(shell.outSoFar()).isEqualTo(FakeGateway.golden("compare.txt"));
        assertThat(shell.errSoFar())
                .isEqualTo(
                        "3 prompts, 1 run, 1 call of a model at once, interleaved, streamed\n"
                                + "good: 2 answers without a known price, in no cost\n");
        assertThat(exitCode).isZero();
    }

    @Test
    void models_take_turns_after_a_call_that_does_not_count() throws Exception {
        compare(Shell.talkingTo(gateway), "-m", "fast,good", "-p", prompts(), "--runs=2");

        assertThat(models.asked())
                .startsWith("fast: Say hello.", "good: Say hello.", "fast: 2+2?", "good: 2+2?")
                .hasSize(14);
    }

    @Test
    void markdown_is_for_documents() throws Exception {
        Shell shell = Shell.talkingTo(gateway);

        compare(shell, "-m", "fast,good", "-p", prompts(), "--judge=judge", "--format=markdown");

        assertThat(shell.outSoFar()).isEqualTo(FakeGateway.golden("compare.md"));
        assertThat(shell.errSoFar()).isEmpty();
    }

    @Test
    void json_has_every_figure_and_no_prompt_and_no_answer() throws Exception {
        Shell shell = Shell.talkingTo(gateway);

        compare(shell, "-m", "fast,good", "-p", prompts(), "--judge=judge", "--format=json");

        assertThat(shell.outSoFar()).isEqualTo(FakeGateway.golden("compare.json"));
        assertThat(shell.outSoFar()).doesNotContain("2+2?", "Because");
    }

    @Test
    void answers_are_written_when_they_are_wanted() throws Exception {
        Shell shell = Shell.talkingTo(gateway);

        compare(shell, "-m", "fast", "-p", prompts(), "--format=json", "--with-answers");

        JsonNode call = Json.MAPPER.readTree(shell.outSoFar()).at("/calls/2");
        assertThat(call.path("answer").stringValue()).isEqualTo("Because.");
        assertThat(call.at("/messages/0/content").stringValue()).isEqualTo("Why?");
        assertThat(compare(shell, "-m", "fast", "--with-answers", "Hi")).isEqualTo(2);
    }

    @Test
    void the_form_of_a_file_is_that_of_its_name_and_the_table_is_shown_beside() throws Exception {
        Shell shell = Shell.talkingTo(gateway);
        Path file = folder.resolve("result.md");

        compare(shell, "-m", "fast,good", "-p", prompts(), "--judge=judge", "--out=" + file);

        assertThat(Files.readString(file)).isEqualTo(FakeGateway.golden("compare.md"));
        assertThat(shell.outSoFar()).startsWith("MODEL  CALLS");
        assertThat(Shell.talkingTo(gateway).run("compare", "-mfast", "--out=a.xyz", "Hi"))
                .extracting(Shell.Ran::exitCode, Shell.Ran::err)
                .containsExactly(
                        2,
                        "millrace: in which form is a.xyz to be? Name it .md or .json, or use"
                                + " --format\nTry 'millrace compare --help'.\n");
    }

    @Test
    void the_options_travel_in_every_request() {
        compare(
                Shell.talkingTo(gateway),
                "-mfast",
                "--warm-up=0",
                "--max-tokens=9",
                "--temperature=0.50",
                "--system=Be brief.",
                "What",
                "now?");

        assertThat(gateway.bodies(FakeModels.PATH))
                .containsExactly(
                        "{\"model\":\"fast\",\"messages\":["
                                + "{\"role\":\"system\",\"content\":\"Be brief.\"},"
                                + "{\"role\":\"user\",\"content\":\"What now?\"}],"
                                + "\"max_tokens\":9,\"temperature\":0.50,"
                                + "\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
    }

    @Test
    void whole_answers_have_no_first_token_and_no_speed() {
        models.with("plain", _ -> whole("Hi", usage(1, 2, "0")));
        Shell shell = Shell.talkingTo(gateway);

        assertThat(compare(shell, "-mplain", "--no-stream", "Hi")).isZero();

        assertThat(gateway.bodies(FakeModels.PATH)).noneMatch(body -> body.contains("stream"));
        assertThat(shell.outSoFar())
                .isEqualTo(
                        """
                        MODEL  CALLS  FAILED  P50-MS  P95-MS  INPUT  OUTPUT  COST  PER-MILLION  CURRENCY
                        plain      1       0      40      40      1       2     0            0
                        """);
    }

    @Test
    void a_stream_tells_the_currency_of_its_cost() {
        String usage =
                "{\"prompt_tokens\":1,\"completion_tokens\":2,\"cost\":3,\"cost_currency\":\"CHF\"}";
        models.with("swiss", _ -> stream("Hi there", usage));
        Shell shell = Shell.talkingTo(gateway);

        compare(shell, "-mswiss", "Hi");

        assertThat(shell.outSoFar()).endsWith("  CHF\n");
    }

    @Test
    void expectations_may_come_from_a_file_of_their_own() throws Exception {
        Path asked = Files.writeString(folder.resolve("p.txt"), "2+2?\n2+3?\n");
        Path expected = Files.writeString(folder.resolve("e.txt"), "5\n4\n");
        Shell shell = Shell.talkingTo(gateway);

        compare(shell, "-mfast", "-p" + asked, "--expect=" + expected);

        assertThat(shell.outSoFar()).contains("PASSED").endsWith("   1/2\n");
    }

    @Test
    void nothing_is_sent_where_a_line_is_wrong() throws Exception {
        Path bad =
                Files.writeString(folder.resolve("p.jsonl"), "{\"prompt\":1}\n{\"promt\":\"x\"}\n");

        Shell.Ran ran = Shell.talkingTo(gateway).run("compare", "-mfast", "-p" + bad);

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.err())
                .isEqualTo(
                        """
                        FILE:1: 'prompt' is not a text, or is empty
                        FILE:2: a member that is none of expect, id, messages, prompt, system: 'promt'
                        millrace: nothing was sent: see above
                        """
                                .replace("FILE", bad.toString()));
        assertThat(gateway.bodies("/v1/models")).isEmpty();
    }

    @Test
    void the_command_line_is_checked_before_anything_is_sent() {
        assertThat(wrong("-mfast")).contains("Give a prompt, or --prompts");
        assertThat(wrong("-mfast", "-p", "x", "Hi"))
                .contains("give a prompt or --prompts, not both");
        assertThat(wrong("-mfast,fast", "Hi")).contains("names a model twice");
        assertThat(wrong("-mfast,,good", "Hi")).contains("has an empty name");
        assertThat(wrong("-mfast", "--runs=0", "Hi")).contains("--runs must be at least 1");
        assertThat(wrong("-mfast", "--concurrency=0", "Hi")).contains("--concurrency must be");
        assertThat(wrong("-mfast", "--warm-up=-1", "Hi")).contains("--warm-up must be at least 0");
        assertThat(wrong("-mfast", "--max-tokens=0", "Hi")).contains("--max-tokens must be");
        assertThat(wrong("-mfast", "--temperature=-1", "Hi")).contains("--temperature must be");
        assertThat(wrong("-mfast", "--out=/no/such/a.md", "Hi")).contains("cannot be a file");
        assertThat(wrong("Hi")).contains("--models");
        assertThat(gateway.bodies("/v1/models")).isEmpty();
    }

    @Test
    void a_model_without_any_answer_makes_the_command_fail_after_its_table() {
        Shell shell = Shell.talkingTo(gateway);

        assertThat(compare(shell, "-mfast,none", "Hi")).isEqualTo(1);

        assertThat(shell.outSoFar())
                .contains("none       1  1 model_not_found       -       -          -");
        assertThat(shell.errSoFar()).contains("none: a warm-up call failed (model_not_found)\n");
    }

    @Test
    void every_way_to_fail_is_counted_and_the_most_frequent_named() {
        AtomicInteger calls = new AtomicInteger();
        models.with(
                "frail",
                _ ->
                        switch (calls.incrementAndGet()) {
                            case 1 -> stream("Hi", usage(1, 2, "1"));
                            case 2 ->
                                    new FakeModels.Answer(
                                            200,
                                            "text/event-stream",
                                            "data: {\"error\":{\"code\":\"upstream_error\"}}\n\n");
                            case 3 ->
                                    new FakeModels.Answer(200, "text/event-stream", "data: {}\n\n");
                            case 4 -> new FakeModels.Answer(200, "application/json", "Hello");
                            default -> new FakeModels.Answer(502, "text/html", "<html>");
                        });
        Shell shell = Shell.talkingTo(gateway);

        compare(shell, "-mfrail", "--warm-up=0", "--runs=6", "Hi");

        assertThat(shell.outSoFar()).contains("frail      6  5 http_502");
        assertThat(shell.errSoFar())
                .contains(
                        "frail: failed: 2 http_502, 1 not_json, 1 stream_broken,"
                                + " 1 upstream_error\n");
    }

    @Test
    void what_the_figures_do_not_say_is_told_beside() {
        models.with(
                "odd",
                _ -> {
                    var whole = whole("Hi", "null").body().replace("stop", "length");
                    return new FakeModels.Answer(200, "application/json", whole).afterFallbacks(1);
                });
        Shell shell = Shell.talkingTo(gateway);

        compare(shell, "-modd", "--runs=2", "--no-stream", "Hi");

        assertThat(shell.outSoFar()).contains("      -       -     -            -");
        assertThat(shell.errSoFar())
                .isEqualTo(
                        """
                        1 prompt, 2 runs, 1 call of a model at once, interleaved, not streamed
                        odd: 2 answers not from the target that was asked first
                        odd: 2 answers cut off at the limit of tokens
                        odd: 2 answers without usage, in no sum
                        """);
    }

    @Test
    void a_gateway_that_is_not_there_is_told_once() {
        gateway.close();

        Shell.Ran ran = Shell.talkingTo(gateway).run("compare", "-mfast,good", "Hi");

        assertThat(ran.exitCode()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("millrace: cannot reach").hasLineCount(1);
    }

    @Test
    void a_judge_that_fails_is_told() throws Exception {
        Shell shell = Shell.talkingTo(gateway);

        assertThat(compare(shell, "-mfast", "--judge=none", "-p", prompts())).isZero();

        assertThat(shell.outSoFar()).contains("SCORE").endsWith("    -\n");
        assertThat(shell.errSoFar())
                .contains("fast: not judged: 3 model_not_found\n")
                .contains("judge none: 3 calls, 0 input and 0 output tokens, no known price\n");
    }

    private String prompts() throws IOException {
        return Files.writeString(folder.resolve("prompts.jsonl"), PROMPTS).toString();
    }

    private String wrong(String... arguments) {
        String[] all = new String[arguments.length + 1];
        all[0] = "compare";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        Shell.Ran ran = Shell.talkingTo(gateway).run(all);
        assertThat(ran.exitCode()).isEqualTo(2);
        return ran.err();
    }

    /// Runs the command with a clock that goes on whenever it is read, by 10 ms more each time.
    private static int compare(Shell shell, String... arguments) {
        AtomicLong now = new AtomicLong();
        AtomicLong step = new AtomicLong();
        LongSupplier nanos = () -> now.addAndGet(step.addAndGet(10_000_000));
        return new CommandLine(new CompareCommand(shell.surroundings(), nanos))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(new FailureLines(shell.surroundings()))
                .execute(arguments);
    }

    private static String fast(String prompt) {
        return switch (prompt) {
            case "2+2?" -> "5";
            case "As JSON?" -> "```json\n{\"a\": 1.0}\n```";
            default -> "Because.";
        };
    }

    private static String good(String prompt) {
        return List.of("2+2?", "Say hello.").contains(prompt) ? "4" : "{\"a\":2}";
    }
}
