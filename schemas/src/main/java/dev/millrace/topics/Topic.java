package dev.millrace.topics;

import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.NewTopic;

/// One topic: its name, the class of its values, and how it is laid out. Keys are always UTF-8
/// strings.
///
/// @param name the full name, prefix included
/// @param value the generated class of the values
/// @param partitions at least 1
/// @param replication the replication factor, at least 1
/// @param configs the topic's settings, as Kafka names them
/// @param <V> the class of the values
public record Topic<V extends SpecificRecord>(
        String name,
        Class<V> value,
        int partitions,
        short replication,
        Map<String, String> configs) {

    public Topic {
        if (partitions < 1) {
            throw new IllegalArgumentException(
                    name + ": partitions must be at least 1, is " + partitions);
        }
        configs = Map.copyOf(configs);
    }

    NewTopic toNewTopic() {
        return new NewTopic(name, partitions, replication).configs(configs);
    }
}
