package dev.millrace.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Reads a file that the command line names, or the standard input in the place of one.
final class TextFile {

    /// What names the standard input.
    static final String STDIN = "-";

    private TextFile() {}

    /// What a file is called before its user.
    static String name(String file) {
        return file.equals(STDIN) ? "<stdin>" : file;
    }

    /// The whole text.
    ///
    /// @throws CommandFailure if it cannot be read, or is not UTF-8
    static String read(Surroundings around, String file) {
        try {
            byte[] bytes =
                    file.equals(STDIN)
                            ? around.in().readAllBytes()
                            : Files.readAllBytes(Path.of(file));
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (InvalidPathException _) {
            throw CommandFailure.usage("'" + file + "' is not the name of a file");
        } catch (IOException e) {
            throw CommandFailure.of(Unreadable.reason(name(file), e));
        }
    }
}
