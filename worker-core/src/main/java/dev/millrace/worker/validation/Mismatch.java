package dev.millrace.worker.validation;

import dev.millrace.worker.dialect.ChatBody;
import java.util.ArrayList;
import java.util.List;

/// An answer that has not the form that its request asks for.
///
/// @param content what the model wrote; never logged
/// @param problems what is wrong with it, at least one; they may quote it and are never logged
public record Mismatch(String content, List<String> problems) {

    /// The most problems that the model is told.
    static final int MOST_PROBLEMS = 10;

    /// The most characters of one of them.
    static final int LONGEST_PROBLEM = 300;

    public Mismatch {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("there is no problem");
        }
        problems =
                problems.stream()
                        .limit(MOST_PROBLEMS)
                        .map(problem ->
                                problem.substring(0, Math.min(problem.length(), LONGEST_PROBLEM)))
                        .toList();
    }

    /// What goes on from the answer to a better one: the answer itself, unless the model said
    /// nothing, and the wish for another one, which is a few kB long at most.
    public List<ChatBody.Said> wish() {
        List<ChatBody.Said> said = new ArrayList<>(2);
        if (!content.isBlank()) {
            said.add(new ChatBody.Said("assistant", content));
        }
        said.add(
                new ChatBody.Said(
                        "user",
                        "Your last answer does not have the form that was asked for:\n- "
                                + String.join("\n- ", problems)
                                + "\nAnswer with the corrected JSON and nothing else: no words"
                                + " around it, no code fence."));
        return said;
    }
}
