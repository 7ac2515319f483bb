package dev.millrace.faults.audit;

import java.util.List;

/// One promise, and how to tell that it is broken.
///
/// @param name in the table, when it is
/// @param check lists what breaks it, a line each
record Rule(String name, Check check) {

    @FunctionalInterface
    interface Check {
        List<String> broken(Case scene);
    }
}
