package dev.millrace.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/// Confluent's own client classes against our topics and our registry paths: they write a request
/// that the router decodes, and read the charge that comes of it. They run in a JVM of their own,
/// because they come in one jar with other versions of everything.
@ResourceLock(SharedMillrace.LOCK)
class ConfluentClientTest {

    private static final String REPLIES = "replies.confluent";

    @TempDir Path folder;

    @Test
    void confluents_serializer_and_deserializer_work_with_the_registry_paths_of_the_gateway()
            throws Exception {
        RunningMillrace millrace = SharedMillrace.running();
        try (Admin admin = millrace.log().admin()) {
            admin.createTopics(List.of(new NewTopic(REPLIES, 1, (short) 1))).all().get();
            Path output = folder.resolve("confluent.out");

            Process client = launch(millrace, output);

            assertThat(client.waitFor(90, TimeUnit.SECONDS)).as("ended in time").isTrue();
            assertThat(Files.readString(output)).contains("charge simulated SIMULATED");
            assertThat(client.exitValue()).isZero();
        }
    }

    private static Process launch(RunningMillrace millrace, Path output) throws Exception {
        Path program =
                Path.of(
                        ConfluentClientTest.class
                                .getResource("/confluent/ConfluentClient.java")
                                .toURI());
        String jars =
                System.getProperty("millrace.confluent.jar")
                        + File.pathSeparator
                        + System.getProperty("java.class.path");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("millrace.jvm.args").split(" ")));
        command.addAll(List.of("-Xmx256m", "-cp", jars, program.toString()));
        command.addAll(List.of(millrace.bootstrapServers(), millrace.url("").toString(), REPLIES));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }
}
