package dev.millrace.standalone;

import dev.millrace.embedded.DataFolderInUse;
import dev.millrace.embedded.EmbeddedKafka;
import dev.millrace.serde.RecordSerdes;
import dev.millrace.topics.EnvironmentSettings;
import dev.millrace.topics.KafkaLog;
import dev.millrace.topics.TopicCreation;
import dev.millrace.topics.TopicLayout;
import dev.millrace.topics.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// The log that everything runs on: the embedded broker's, or the cluster's that
/// `KAFKA_BOOTSTRAP_SERVERS` names.
///
/// @param log how to reach it
/// @param embedded the broker in this JVM; null on a cluster
record LogConnection(KafkaLog log, @Nullable EmbeddedKafka embedded) implements AutoCloseable {

    /// The most that one partition of the embedded broker holds. With the partitions of a provider
    /// or two, the folder stays below about 10 GiB.
    static final long MAX_PARTITION_BYTES = 512L * 1024 * 1024;

    private static final String BOOTSTRAP = "bootstrap.servers";

    /// Starts the embedded broker, or connects to the cluster, and creates the topics that are
    /// missing.
    ///
    /// @throws StartFailure if that is not possible
    static LogConnection open(UpOptions options) throws InterruptedException {
        Map<String, String> environment = options.environment();
        Map<String, Object> settings = EnvironmentSettings.clients(environment);
        return settings.containsKey(BOOTSTRAP)
                ? toCluster(environment)
                : withTopics(startEmbedded(options, settings, serdes(environment)));
    }

    /// Connects to the cluster that the environment names, and creates the topics that are missing.
    ///
    /// @throws StartFailure if it names none, or that is not possible
    static LogConnection toCluster(Map<String, String> environment) throws InterruptedException {
        Map<String, Object> settings = EnvironmentSettings.clients(environment);
        if (!settings.containsKey(BOOTSTRAP)) {
            throw new StartFailure("KAFKA_BOOTSTRAP_SERVERS does not say where Kafka is");
        }
        return withTopics(
                new LogConnection(
                        log(settings, clusterLayout(settings, environment), serdes(environment)),
                        null));
    }

    private static RecordSerdes serdes(Map<String, String> environment) {
        return RecordSerdes.configured(EnvironmentSettings.serdes(environment));
    }

    private static LogConnection withTopics(LogConnection connection) throws InterruptedException {
        try (Admin admin = connection.log().admin()) {
            TopicCreation.ensure(admin, connection.log().topics().fixed());
            return connection;
        } catch (KafkaException e) {
            connection.close();
            throw new StartFailure("cannot create the topics: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        if (embedded != null) {
            embedded.close();
        }
    }

    private static LogConnection startEmbedded(
            UpOptions options, Map<String, Object> settings, RecordSerdes serdes) {
        Path folder = options.data().resolve("kafka");
        try {
            EmbeddedKafka kafka = EmbeddedKafka.start(folder, options.kafkaPort());
            settings.put(BOOTSTRAP, kafka.bootstrapServers());
            return new LogConnection(
                    log(settings, TopicLayout.embedded(MAX_PARTITION_BYTES), serdes), kafka);
        } catch (DataFolderInUse e) {
            throw new StartFailure(
                    "another instance is running on "
                            + options.data()
                            + "; choose another folder with --data",
                    e);
        } catch (IOException e) {
            throw new StartFailure(
                    "cannot write the data folder " + options.data() + ": " + e.getMessage(), e);
        }
    }

    private static KafkaLog log(
            Map<String, Object> settings, TopicLayout layout, RecordSerdes serdes) {
        return new KafkaLog(settings, new Topics(layout), serdes);
    }

    private static TopicLayout clusterLayout(
            Map<String, Object> settings, Map<String, String> environment)
            throws InterruptedException {
        try (Admin admin = Admin.create(settings)) {
            return ClusterLayout.find(admin, environment);
        } catch (ExecutionException | KafkaException e) {
            throw unreachable(settings, ": " + rootOf(e).getMessage(), e);
        } catch (TimeoutException e) {
            throw unreachable(settings, "", e);
        }
    }

    private static StartFailure unreachable(
            Map<String, Object> settings, String reason, Exception cause) {
        return new StartFailure("cannot reach Kafka at " + settings.get(BOOTSTRAP) + reason, cause);
    }

    /// Kafka's clients say what they could not make, and their innermost cause why.
    private static Throwable rootOf(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
