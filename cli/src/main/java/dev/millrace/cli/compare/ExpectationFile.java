package dev.millrace.cli.compare;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Reads what is expected of prompts: a file of texts, one for each prompt and in their order; or
/// of JSON lines, if the first starts with `{`: an expectation with the `id` of its prompt, or,
/// where none has one, in their order too. Blank lines are nothing.
public final class ExpectationFile {

    private static final Set<String> MEMBERS = Set.of("id", "exact", "contains", "json");

    private final List<Prompt> prompts;
    private final Map<String, Prompt> expecting = new LinkedHashMap<>();
    private boolean named;
    private int read;

    private ExpectationFile(List<Prompt> prompts) {
        this.prompts = prompts;
        prompts.forEach(prompt -> expecting.put(prompt.id(), prompt));
    }

    /// @param file its name, for errors
    /// @param prompts each with an id of its own
    /// @return the prompts, in the same order, with what is expected
    /// @throws UnreadableFile if anything in it is no expectation, or of no prompt
    public static List<Prompt> read(String file, String text, List<Prompt> prompts)
            throws UnreadableFile {
        ExpectationFile expectations = new ExpectationFile(prompts);
        LineReader lines = new LineReader(file, text);
        boolean json = lines.json();
        lines.each((_, line) -> {
            if (json) {
                expectations.object(line);
            } else {
                expectations.next(new Expectation.Exact(line));
            }
        });
        if (!expectations.named && expectations.read != prompts.size()) {
            throw lines.refused(
                    "there are %d expectations for %d prompts; without ids, each needs one"
                            .formatted(expectations.read, prompts.size()));
        }
        return List.copyOf(expectations.expecting.values());
    }

    private void object(String line) throws BadLine {
        ObjectNode object = JsonLine.object(line, MEMBERS);
        Expectation expectation = ExpectationForm.read(object);
        String id = JsonLine.id(object);
        if (read == 0) {
            named = id != null;
        }
        if (named != (id != null)) {
            throw new BadLine("either all expectations have an 'id', or none");
        }
        if (id == null) {
            next(expectation);
        } else {
            read++;
            put(id, expectation);
        }
    }

    private void next(Expectation expectation) throws BadLine {
        read++;
        if (read <= prompts.size()) {
            put(prompts.get(read - 1).id(), expectation);
        }
    }

    private void put(String id, Expectation expectation) throws BadLine {
        Prompt prompt = expecting.get(id);
        if (prompt == null) {
            throw new BadLine("there is no prompt '" + id + "'");
        }
        if (prompt.expectation() != null) {
            throw new BadLine("of prompt '" + id + "' something is expected already");
        }
        expecting.put(id, prompt.expecting(expectation));
    }
}
