package dev.millrace.cli.reading;

import org.apache.kafka.common.TopicPartition;

/// A part of a partition.
///
/// @param place the partition
/// @param from the first offset
/// @param until the offset behind the last; what lies before it may be less than `until - from`
///   records, since transactions leave marks
public record Stretch(TopicPartition place, long from, long until) {

    public Stretch {
        if (from < 0 || until < from) {
            throw new IllegalArgumentException(place + " from " + from + " until " + until);
        }
    }

    public boolean isEmpty() {
        return from == until;
    }

    /// The part of it that starts at `offset`.
    public Stretch from(long offset) {
        return new Stretch(place, offset, Math.max(offset, until));
    }
}
