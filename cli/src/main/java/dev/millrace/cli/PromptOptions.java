package dev.millrace.cli;

import dev.millrace.cli.compare.ExpectationFile;
import dev.millrace.cli.compare.Prompt;
import dev.millrace.cli.compare.PromptFile;
import dev.millrace.cli.compare.UnreadableFile;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// The options that say what every model is asked, and what is expected of their answers.
final class PromptOptions {

    private static final int MOST_PROBLEMS = 20;

    @Parameters(
            arity = "0..*",
            paramLabel = "PROMPT",
            description = "A single prompt, instead of --prompts; several words need no quotes.")
    private List<String> words = List.of();

    @Option(
            names = {"-p", "--prompts"},
            paramLabel = "FILE",
            description = {
                "The prompts, one on a line; or JSON lines with prompt or messages, and if you like"
                        + " id, system and expect. The standard input where it is -."
            })
    private @Nullable String prompts;

    @Option(
            names = {"-s", "--system"},
            paramLabel = "TEXT",
            description = "Instructions before every prompt that has none of its own.")
    private @Nullable String system;

    @Option(
            names = "--expect",
            paramLabel = "FILE",
            description = {
                "What answers are to be: a text on a line for each prompt; or JSON lines with exact,"
                        + " contains or json, each with the id of its prompt, or for each prompt in"
                        + " order."
            })
    private @Nullable String expect;

    /// The prompts, with what is expected of them.
    ///
    /// @throws CommandFailure if there is none, or something is wrong with any
    List<Prompt> prompts(Surroundings around) {
        if (words.isEmpty() && prompts == null) {
            throw CommandFailure.usage("what shall they be asked? Give a prompt, or --prompts");
        }
        if (!words.isEmpty() && prompts != null) {
            throw CommandFailure.usage("give a prompt or --prompts, not both");
        }
        if (TextFile.STDIN.equals(prompts) && TextFile.STDIN.equals(expect)) {
            throw CommandFailure.usage("--prompts and --expect cannot both be the standard input");
        }
        try {
            List<Prompt> read =
                    prompts == null
                            ? List.of(Prompt.of("1", words()))
                            : PromptFile.read(
                                    TextFile.name(prompts), TextFile.read(around, prompts));
            if (expect != null) {
                read =
                        ExpectationFile.read(
                                TextFile.name(expect), TextFile.read(around, expect), read);
            }
            return system == null
                    ? read
                    : read.stream().map(prompt -> prompt.under(system)).toList();
        } catch (UnreadableFile e) {
            throw refused(around, e.problems());
        }
    }

    private String words() {
        String prompt = String.join(" ", words);
        if (prompt.isBlank()) {
            throw CommandFailure.usage("the prompt is empty");
        }
        return prompt;
    }

    /// Prints what is wrong, a line each.
    private static CommandFailure refused(Surroundings around, List<String> problems) {
        problems.stream()
                .limit(MOST_PROBLEMS)
                .forEach(problem -> around.err().println(Printable.line(problem)));
        int more = problems.size() - MOST_PROBLEMS;
        return CommandFailure.of(
                "nothing was sent: see above" + (more > 0 ? ", and " + more + " more" : ""));
    }
}
