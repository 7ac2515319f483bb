package dev.millrace.accounting.stream;

import dev.millrace.accounting.ledger.BucketLength;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// The groups whose sum of an hour has changed since the hour was closed, if it was. Hours are
/// closed by the wall clock, so that those of an idle partition are too; what comes later opens its
/// hour again. Not thread-safe.
final class OpenHours {

    /// After its end an hour is waited for as long as most attempts take to be charged: the
    /// standard deadline of a request, and the grace for attempts without an end.
    private static final Duration DELAY = Duration.ofMinutes(10);

    /// Before the keys of the sums, of which none begins like this.
    private static final String MARK = "open|";

    private static final String BEHIND_MARKS = "open}";

    private final KeyValueStore<String, byte[]> store;
    private @Nullable NavigableSet<String> open;

    /// @param store of the sums, which keeps a mark for each open hour of a group
    OpenHours(KeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /// Notes that the sum under a key, which begins with its hour's label, has changed.
    void changed(String key) {
        if (open().add(key)) {
            store.put(MARK + key, new byte[0]);
        }
    }

    /// Whether an hour is to be closed.
    ///
    /// @param now as for [#close]
    static boolean isOver(Instant hour, Instant now) {
        return hour.isBefore(BucketLength.HOUR.at(now.minus(DELAY)).start());
    }

    /// Whether there are hours to be closed.
    ///
    /// @param now as for [#close]
    boolean hasOver(Instant now) {
        return !open().isEmpty() && open().first().compareTo(firstOpen(now)) < 0;
    }

    /// Closes the hours that are over.
    ///
    /// @param now up to when everything is charged that was read
    /// @return the keys of their sums
    List<String> close(Instant now) {
        List<String> closed = new ArrayList<>(open().headSet(firstOpen(now)));
        for (String key : closed) {
            open().remove(key);
            store.delete(MARK + key);
        }
        return closed;
    }

    private static String firstOpen(Instant now) {
        return BucketLength.HOUR.at(now.minus(DELAY)).label();
    }

    private NavigableSet<String> open() {
        if (open == null) {
            open = new TreeSet<>();
            try (KeyValueIterator<String, byte[]> marks = store.range(MARK, BEHIND_MARKS)) {
                while (marks.hasNext()) {
                    open.add(marks.next().key.substring(MARK.length()));
                }
            }
        }
        return open;
    }
}
