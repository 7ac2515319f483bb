package dev.millrace.worker.provider;

/// Takes a streamed answer on its way to the client.
@FunctionalInterface
public interface ReplySink {

    /// Sends on the JSON of one or more chunks, each followed by a line feed. Whatever was sent
    /// cannot be taken back: from the first call on, the request is not retried.
    ///
    /// @param chunks is the sink's from here on
    void send(byte[] chunks);
}
