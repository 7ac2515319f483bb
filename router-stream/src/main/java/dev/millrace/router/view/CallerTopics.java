package dev.millrace.router.view;

import dev.millrace.router.wire.ReplyTopics;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The topics whose names start with the reply prefix, listed again and again in the background, so
/// that the topology never waits for an answer about one.
final class CallerTopics implements ReplyTopics {

    private static final Logger LOG = LoggerFactory.getLogger(CallerTopics.class);

    private final Admin admin;
    private volatile Map<String, Integer> partitions = Map.of();

    CallerTopics(Admin admin) {
        this.admin = admin;
    }

    @Override
    public int partitions(String topic) {
        return partitions.getOrDefault(topic, 0);
    }

    void refresh(String prefix) throws InterruptedException {
        try {
            List<String> names =
                    admin.listTopics().names().get().stream()
                            .filter(name -> name.startsWith(prefix))
                            .toList();
            partitions =
                    admin.describeTopics(names).allTopicNames().get().entrySet().stream()
                            .collect(
                                    Collectors.toMap(
                                            Map.Entry::getKey,
                                            entry -> entry.getValue().partitions().size()));
        } catch (ExecutionException e) {
            LOG.warn("event=reply_topics_not_listed reason=\"{}\"", e.getMessage());
        }
    }
}
