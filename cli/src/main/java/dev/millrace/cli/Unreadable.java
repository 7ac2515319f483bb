package dev.millrace.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/// Says why a file could not be read.
final class Unreadable {

    private Unreadable() {}

    /// @param name of the file, as the user wrote it
    static String reason(String name, IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no file " + name;
        }
        if (e instanceof AccessDeniedException) {
            return name + " may not be read";
        }
        if (e instanceof CharacterCodingException) {
            return name + " is not UTF-8 text";
        }
        return "cannot read " + name + ": " + e.getMessage();
    }
}
