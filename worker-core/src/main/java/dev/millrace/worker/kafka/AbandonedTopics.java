package dev.millrace.worker.kafka;

import dev.millrace.schemas.Lane;
import dev.millrace.topics.Topics;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;

/// Finds the providers that have dispatch topics, whether anybody serves them or not.
final class AbandonedTopics {
    private static final String ANY = "x";

    private AbandonedTopics() {}

    /// @throws KafkaException if the cluster does not answer
    static Set<String> providers(Admin admin, Topics topics) {
        String like = topics.dispatches(ANY, Lane.INTERACTIVE).name();
        String prefix = like.substring(0, like.lastIndexOf('.') - ANY.length());
        String suffix = like.substring(like.lastIndexOf('.'));
        Set<String> providers = new TreeSet<>();
        try {
            for (String topic : admin.listTopics().names().get()) {
                if (topic.startsWith(prefix) && topic.endsWith(suffix)) {
                    String name =
                            topic.substring(prefix.length(), topic.length() - suffix.length());
                    if (Topics.PROVIDER_NAME.matcher(name).matches()) {
                        providers.add(name);
                    }
                }
            }
            return providers;
        } catch (ExecutionException e) {
            throw new KafkaException("cannot list the topics", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }
}
