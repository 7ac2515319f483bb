package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `millrace chat`.
@Command(
        name = "chat",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Asks a model and prints its answer while it arrives.",
            "Ctrl-C ends the answer, and the call to the model with it."
        },
        parameterListHeading = Headings.PARAMETERS,
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace chat \"What is a millrace?\"",
            "  millrace chat -m gpt-4o-mini -s \"Be brief.\" \"Why is the sky blue?\"",
            "  git diff | millrace chat --system \"Write a commit subject for this diff.\"",
            "  millrace chat --json --no-stream \"Hello\" | jq .usage",
            "  millrace chat -- \"- a prompt that starts with a hyphen\""
        })
final class ChatCommand implements Callable<Integer> {

    private static final String PATH = "/v1/chat/completions";
    private static final String STDIN = "-";

    private final Surroundings around;

    @Parameters(
            arity = "0..*",
            paramLabel = "PROMPT",
            description =
                    "The prompt; several words need no quotes. Read from the standard input where"
                            + " it is - or absent.")
    private List<String> words = List.of();

    @Option(
            names = {"-m", "--model"},
            paramLabel = "NAME",
            description =
                    "The model. By default the gateway's default; 'millrace models' lists all.")
    private @Nullable String model;

    @Option(
            names = {"-s", "--system"},
            paramLabel = "TEXT",
            description = "Instructions to the model, before the prompt.")
    private @Nullable String system;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            description = "The most tokens that the answer may have.")
    private @Nullable Integer maxTokens;

    @Option(names = "--no-stream", description = "Print the answer when it is complete.")
    private boolean whole;

    @Option(
            names = "--json",
            description =
                    "Print the API's JSON instead of the text: a chunk a line, or with --no-stream"
                            + " the whole answer.")
    private boolean json;

    @Option(
            names = "--usage",
            negatable = true,
            description =
                    "Print a line on tokens, cost, provider and time to the standard error. By"
                            + " default on a terminal.")
    private @Nullable Boolean usage;

    @Mixin private GatewayOptions target = new GatewayOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    ChatCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (maxTokens != null && maxTokens < 1) {
            throw CommandFailure.usage("--max-tokens must be at least 1");
        }
        ChatRequest request = new ChatRequest(model, system, prompt(), maxTokens, !whole);
        ChatPrinter printer = new ChatPrinter(around, json);
        try (Gateway gateway = target.gateway(around)) {
            Instant asked = around.clock().instant();
            HttpResponse<InputStream> response = gateway.post(PATH, request.json());
            try (InputStream body = response.body()) {
                if (Gateway.isStream(response)) {
                    printer.stream(body, Gateway.header(response, "x-request-id"));
                } else {
                    printer.whole(body);
                }
            } catch (IOException e) {
                throw gateway.broken(e);
            }
            remark(printer, response, asked);
        }
        return ExitCode.OK;
    }

    private String prompt() {
        boolean read = words.isEmpty() || words.equals(List.of(STDIN));
        if (words.isEmpty() && around.terminal()) {
            throw CommandFailure.usage("what shall the model be asked? Give a prompt");
        }
        String prompt = read ? input() : String.join(" ", words);
        if (prompt.isBlank()) {
            throw CommandFailure.usage("the prompt is empty");
        }
        return prompt;
    }

    private String input() {
        try {
            return new String(around.in().readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw CommandFailure.of(Unreadable.reason("the standard input", e));
        }
    }

    private void remark(ChatPrinter printer, HttpResponse<?> response, Instant asked) {
        Style style = around.style(options.color());
        boolean terminal = around.terminal() && !options.quiet();
        if (!options.quiet() && printer.finishReason().equals("length")) {
            around.err().println(style.faint("cut off: the answer reached its limit of tokens"));
        }
        if (usage == null ? terminal && !json : usage) {
            Instant first = printer.firstText();
            UsageLine line =
                    new UsageLine(
                            printer.usage(),
                            Gateway.header(response, "x-millrace-provider"),
                            Gateway.header(response, "x-millrace-model"),
                            first == null ? null : Duration.between(asked, first),
                            Duration.between(asked, around.clock().instant()));
            around.err().println(style.faint(Printable.line(line.text())));
        }
        around.err().flush();
    }
}
