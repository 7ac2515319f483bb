package dev.millrace.cli;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// A topic as the cluster has it.
///
/// @param partitions how many
/// @param records offsets between the beginning and the end of all partitions: no fewer than the
///   records, and more where compaction or transactions took some
/// @param age after which records are deleted; null keeps them
/// @param compacted whether it keeps the newest record of each key
record TopicState(int partitions, long records, @Nullable Duration age, boolean compacted) {

    /// How long records are kept, in a phrase.
    String retention() {
        String kept = age == null ? "" : phrase(age);
        if (compacted) {
            return kept.isEmpty() ? "newest of each key" : "newest of each key, " + kept;
        }
        return kept.isEmpty() ? "for ever" : kept;
    }

    private static String phrase(Duration age) {
        if (age.toSeconds() % 86_400 == 0) {
            return age.toDays() + " d";
        }
        return age.toSeconds() % 3_600 == 0 ? age.toHours() + " h" : age.toMinutes() + " min";
    }
}
