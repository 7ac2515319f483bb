package dev.millrace.simulated;

import java.util.ArrayList;
import java.util.List;

/// The simulated tokenizer: a token is up to four characters of prompt, or one word of an answer.
final class Tokens {
    private static final int CHARACTERS_PER_TOKEN = 4;

    private Tokens() {}

    static int count(String prompt) {
        return (prompt.length() + CHARACTERS_PER_TOKEN - 1) / CHARACTERS_PER_TOKEN;
    }

    /// Cuts an answer into tokens whose concatenation is the answer: each word keeps the space in
    /// front of it.
    static List<String> of(String answer) {
        List<String> tokens = new ArrayList<>();
        int start = 0;
        for (int i = 1; i < answer.length(); i++) {
            if (answer.charAt(i) == ' ') {
                tokens.add(answer.substring(start, i));
                start = i;
            }
        }
        if (start < answer.length()) {
            tokens.add(answer.substring(start));
        }
        return tokens;
    }
}
