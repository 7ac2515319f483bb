package dev.millrace.configuration;

/// Names a secret without holding it: `${NAME}` for an environment variable, `file:PATH` for a
/// file. Only workers look behind it.
///
/// @param text as the document has it
public record SecretReference(String text) {

    private static final String FILE = "file:";

    public SecretReference {
        if (!isReference(text)) {
            throw new IllegalArgumentException(
                    "a secret is given as ${NAME} or file:PATH, never by itself");
        }
    }

    /// Whether `text` has the form of a reference.
    public static boolean isReference(String text) {
        return text.matches("\\$\\{[A-Za-z_][A-Za-z0-9_]*}")
                || (text.startsWith(FILE) && text.length() > FILE.length());
    }

    /// A reference to an environment variable.
    public static SecretReference environment(String name) {
        return new SecretReference("${" + name + "}");
    }

    /// Whether it names a file rather than an environment variable.
    public boolean inFile() {
        return text.startsWith(FILE);
    }

    /// The variable's name, or the file's path.
    public String target() {
        return inFile() ? text.substring(FILE.length()) : text.substring(2, text.length() - 1);
    }
}
