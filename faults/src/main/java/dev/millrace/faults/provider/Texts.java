package dev.millrace.faults.provider;

/// What the provider answers: a function of the request's marker alone, so that whoever reads an
/// answer can tell whether it is its own, and whole.
public final class Texts {

    private Texts() {}

    /// The answer to a request.
    ///
    /// @param tokens how many words it has
    public static String answer(String marker, int tokens) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens; i++) {
            text.append(token(marker, i, tokens));
        }
        return text.toString();
    }

    /// The next piece of it. The first says how many there are.
    static String token(String marker, int index, int tokens) {
        return index == 0 ? marker + ":" + tokens : " w" + index;
    }

    /// Whether a text is the whole answer to the request with this marker.
    public static boolean isAnswer(String text, String marker) {
        if (!text.startsWith(marker + ":")) {
            return false;
        }
        int space = text.indexOf(' ');
        String count = text.substring(marker.length() + 1, space < 0 ? text.length() : space);
        return count.matches("[0-9]{1,4}") && text.equals(answer(marker, Integer.parseInt(count)));
    }
}
