package dev.millrace.topology;

import java.util.Map;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.CacheFlushListener;
import org.apache.kafka.streams.state.internals.CachedStateStore;

/// Lets a processor write to its stores, right before each commit and in its transaction, what it
/// has only kept in memory until then: what comes and goes between two commits is never written. It
/// is a store that holds nothing itself. Kafka Streams tells the stores of a task that they cache
/// before it commits, whatever the reason of the commit; its documented interfaces do not have
/// that, so this is the only class that knows of it.
///
/// The work is done on the task's thread. It may write to stores that have no cache, once a record
/// was processed or a punctuation took place, and must not forward records: no processor is the
/// current one. It is done too for a task that is given up after an error; what it wrote is undone
/// then with the transaction. A punctuation must not end with a
/// [org.apache.kafka.common.errors.TimeoutException]: Kafka Streams gives the task up and commits
/// the transaction, which the thread's tasks share, without this work.
///
/// For one task.
public final class BeforeCommit implements StateStore, CachedStateStore<Object, Object> {

    private static final Runnable NOTHING = () -> {};

    private final String name;
    private Runnable work = NOTHING;
    private boolean open;

    private BeforeCommit(String name) {
        this.name = name;
    }

    /// Makes one for each task of the processors that it is connected to.
    public static StoreBuilder<BeforeCommit> builder(String name) {
        return new Builder(name);
    }

    /// What to do before each commit from now on, in place of what was said before.
    public void run(Runnable todo) {
        work = todo;
    }

    @Override
    public void flushCache() {
        work.run();
    }

    /// What was gathered belongs to a task that is no more.
    @Override
    public void clearCache() {
        work = NOTHING;
    }

    @Override
    public boolean setFlushListener(
            CacheFlushListener<Object, Object> listener, boolean sendOldValues) {
        return false;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        context.register(root, (key, value) -> {});
        open = true;
    }

    @Override
    public void close() {
        work = NOTHING;
        open = false;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /// There is nothing to be cached, and nothing to be logged.
    private record Builder(String name) implements StoreBuilder<BeforeCommit> {

        @Override
        public BeforeCommit build() {
            return new BeforeCommit(name);
        }

        @Override
        public StoreBuilder<BeforeCommit> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<BeforeCommit> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<BeforeCommit> withLoggingEnabled(Map<String, String> config) {
            return this;
        }

        @Override
        public StoreBuilder<BeforeCommit> withLoggingDisabled() {
            return this;
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public boolean loggingEnabled() {
            return false;
        }
    }
}
