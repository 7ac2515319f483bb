package dev.millrace.serde;

import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;

/// The schemas of this build: the value of every topic in the catalogue.
final class CurrentSchemas {

    private CurrentSchemas() {}

    static List<Schema> all() {
        Topics topics = new Topics(TopicLayout.cluster());
        List<Topic<?>> every = new ArrayList<>(topics.fixed());
        every.addAll(topics.dispatches("any"));
        return every.stream()
                .<Class<?>>map(Topic::value)
                .distinct()
                .map(value ->
                        ReleasedSchemas.withoutJavaStrings(SpecificData.get().getSchema(value)))
                .sorted(Comparator.comparing(Schema::getFullName))
                .toList();
    }
}
