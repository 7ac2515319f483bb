package dev.millrace.ingress.answer;

/// Takes the signals for one request that waits. Called by the threads of the log's clients:
/// putting in never blocks. Thread-safe.
@FunctionalInterface
public interface SignalSink {

    /// Puts a signal in.
    void put(Signal signal);
}
