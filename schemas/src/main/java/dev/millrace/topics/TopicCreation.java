package dev.millrace.topics;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;

/// Creates the topics that are missing. The brokers never create one by themselves.
public final class TopicCreation {

    private TopicCreation() {}

    /// Creates those of `topics` that do not exist; returns when the cluster has taken them all.
    /// Doing it again, or at the same time as another instance, changes nothing.
    ///
    /// @throws KafkaException if the cluster refuses or does not answer
    /// @throws InterruptedException if interrupted while waiting
    public static void ensure(Admin admin, Collection<? extends Topic<?>> topics)
            throws InterruptedException {
        try {
            Set<String> existing = admin.listTopics().names().get();
            CreateTopicsResult created =
                    admin.createTopics(
                            topics.stream()
                                    .filter(topic -> !existing.contains(topic.name()))
                                    .map(Topic::toNewTopic)
                                    .collect(Collectors.toList()));
            for (Map.Entry<String, KafkaFuture<Void>> entry : created.values().entrySet()) {
                await(entry.getKey(), entry.getValue());
            }
        } catch (ExecutionException e) {
            throw new KafkaException("cannot list the topics", e.getCause());
        }
    }

    private static void await(String name, KafkaFuture<Void> created) throws InterruptedException {
        try {
            created.get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new KafkaException("cannot create topic " + name, e.getCause());
            }
        }
    }
}
