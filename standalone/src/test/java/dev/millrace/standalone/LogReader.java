package dev.millrace.standalone;

import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.TopicFollower.From;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.avro.specific.SpecificRecord;

/// Everything that a topic holds, as a committed reader sees it, from its first record on.
final class LogReader<V extends SpecificRecord> implements AutoCloseable {

    private final Queue<V> values = new ConcurrentLinkedQueue<>();
    private final TopicFollower<V> follower;

    LogReader(KafkaLog log, Topic<V> topic) {
        follower =
                TopicFollower.start(
                        log,
                        topic,
                        From.BEGINNING,
                        Map.of("isolation.level", "read_committed"),
                        (key, value, offset, time) -> {
                            if (value != null) {
                                values.add(value);
                            }
                        });
    }

    List<V> values() {
        return List.copyOf(values);
    }

    @Override
    public void close() {
        follower.close();
    }
}
