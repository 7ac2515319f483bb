package dev.millrace.cli.compare;

import java.util.ArrayList;
import java.util.List;

/// Goes through the lines of a file, and gathers what is wrong with any of them. For one thread.
final class LineReader {

    /// Takes a line.
    @FunctionalInterface
    interface Taker {

        /// @param number from 1 on
        void take(int number, String line) throws BadLine;
    }

    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private final String file;
    private final List<String> lines;
    private final List<String> problems = new ArrayList<>();

    /// @param file its name, for errors
    LineReader(String file, String text) {
        this.file = file;
        this.lines = (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text).lines().toList();
    }

    /// Whether the lines are JSON objects: the first that is not blank starts like one.
    boolean json() {
        return lines.stream()
                .filter(line -> !line.isBlank())
                .findFirst()
                .filter(line -> line.stripLeading().startsWith("{"))
                .isPresent();
    }

    /// Gives each line that is not blank to a taker.
    ///
    /// @throws UnreadableFile with all that it refused
    void each(Taker taker) throws UnreadableFile {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (!line.isEmpty()) {
                try {
                    taker.take(i + 1, line);
                } catch (BadLine e) {
                    problems.add(file + ":" + (i + 1) + ": " + e.reason());
                }
            }
        }
        if (!problems.isEmpty()) {
            throw new UnreadableFile(problems);
        }
    }

    /// An error of the file as a whole.
    UnreadableFile refused(String reason) {
        return new UnreadableFile(List.of(file + ": " + reason));
    }
}
