package dev.millrace.cli;

/// Makes text that came from elsewhere safe to print: a terminal obeys control characters, and what
/// a model or a server says must not give it orders.
final class Printable {

    private Printable() {}

    /// The text without control characters, line feeds and tabs excepted.
    static String text(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!Character.isISOControl(c) || c == '\n' || c == '\t') {
                safe.append(c);
            }
        }
        return safe.toString();
    }

    /// The text on one line: each run of control characters and blanks is one blank.
    static String line(String text) {
        StringBuilder line = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            line.append(Character.isISOControl(c) ? ' ' : c);
        }
        return line.toString().strip().replaceAll(" {2,}", " ");
    }

    /// How many columns of a terminal a line takes.
    static int width(String line) {
        return line.codePoints().map(Printable::columns).sum();
    }

    private static int columns(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(codePoint) ? 2 : 1;
        };
    }

    private static boolean isWide(int codePoint) {
        return Character.isIdeographic(codePoint)
                || Character.isEmojiPresentation(codePoint)
                || (codePoint >= 0x1100 && codePoint <= 0x115F)
                || (codePoint >= 0x3041 && codePoint <= 0x33FF)
                || (codePoint >= 0xAC00 && codePoint <= 0xD7A3)
                || (codePoint >= 0xFF01 && codePoint <= 0xFF60);
    }
}
