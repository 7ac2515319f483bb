package dev.millrace.accounting.stream;

import java.time.Duration;
import java.util.Map;

/// How the stores' changelogs are compacted, where they were made with this version: Kafka Streams
/// leaves those as they are that exist. Compaction rewrites what is still true along with what is
/// not, so it waits until about half of a changelog is outdated: a restore reads about twice as
/// much as it needs; of the index, whose deletions stay for a window, three times.
final class Changelogs {

    private static final String DIRTY_RATIO = "min.cleanable.dirty.ratio";
    private static final String LAG = "min.compaction.lag.ms";

    private Changelogs() {}

    /// Of a store whose entries are replaced or deleted soon.
    static Map<String, String> ofWhatChanges() {
        return Map.of(DIRTY_RATIO, "0.5");
    }

    /// Of the index, whose entries are written once, and deleted when they leave the dedupe window:
    /// until then there is nothing to take out, and millions of entries would be rewritten for it.
    ///
    /// @param window of the deduplication
    static Map<String, String> ofWhatStays(Duration window) {
        return Map.of(DIRTY_RATIO, "0.5", LAG, Long.toString(window.toMillis()));
    }
}
