package dev.millrace.faults.process;

import java.util.Arrays;

/// Runs another class's `main` and ends with the process that started it, however that one ends.
///
/// `Tethered <pid of the starter> <class> [argument…]`
public final class Tethered {

    private static final int KILLED = 137;

    private Tethered() {}

    public static void main(String[] args) throws ReflectiveOperationException {
        long starter = Long.parseLong(args[0]);
        ProcessHandle parent = ProcessHandle.current().parent().orElse(null);
        if (parent == null || parent.pid() != starter) {
            Runtime.getRuntime().halt(KILLED);
            return;
        }
        var _ = parent.onExit().thenRun(() -> Runtime.getRuntime().halt(KILLED));
        Class.forName(args[1])
                .getMethod("main", String[].class)
                .invoke(null, (Object) Arrays.copyOfRange(args, 2, args.length));
    }
}
