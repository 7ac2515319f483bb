package dev.millrace.cli;

/// How far a long command has come, on one line that goes away at the end; nothing where no person
/// looks on. For one thread.
final class ProgressBar implements AutoCloseable {

    private static final int WIDTH = 40;

    private final Surroundings around;
    private final int total;
    private final boolean shown;
    private int drawn = -1;

    /// @param total at least 1
    /// @param wanted whether to draw at all
    ProgressBar(Surroundings around, int total, boolean wanted) {
        this.around = around;
        this.total = total;
        this.shown = wanted && around.terminal();
    }

    /// So many are done.
    void reached(int done) {
        int filled = (int) ((long) done * WIDTH / total);
        if (shown && filled != drawn) {
            drawn = filled;
            around.err()
                    .print(
                            "\r["
                                    + "#".repeat(filled)
                                    + " ".repeat(WIDTH - filled)
                                    + "] "
                                    + done
                                    + "/"
                                    + total);
            around.err().flush();
        }
    }

    @Override
    public void close() {
        if (drawn >= 0) {
            around.err().print("\r\033[K");
            around.err().flush();
        }
    }
}
