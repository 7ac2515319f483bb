package dev.millrace.cli;

import java.time.Instant;

/// Where the record in a dead letter stood. The timestamp tells it from one that stood there before
/// its topic was created again.
///
/// @param topic empty where it is not known
/// @param offset -1 where the record was never written
record LetterPlace(String topic, int partition, long offset, Instant timestamp) {

    /// Whether two letters from there are about the same record: a service that is killed may write
    /// a letter twice.
    boolean isKnown() {
        return !topic.isEmpty() && offset >= 0;
    }

    @Override
    public String toString() {
        return topic.isEmpty()
                ? "a place that is not known"
                : topic + ", partition " + partition + ", offset " + offset;
    }
}
