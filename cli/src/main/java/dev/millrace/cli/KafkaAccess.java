package dev.millrace.cli;

import dev.millrace.topics.KafkaLog;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.DisconnectException;
import org.jspecify.annotations.Nullable;

/// A Kafka cluster as a command reaches it. Each question to it is answered within [#PATIENCE], or
/// fails; every failure is a [CommandFailure] with the reason in a line.
///
/// @param log how to reach it, and what its topics are
/// @param address as the user named it, for complaints
record KafkaAccess(KafkaLog log, String address) {

    static final Duration PATIENCE = Duration.ofSeconds(5);

    /// An administration client, the caller's to close.
    ///
    /// @throws CommandFailure if the settings make no sense
    Admin admin() {
        try {
            return log.admin();
        } catch (KafkaException e) {
            Throwable cause = e.getCause();
            throw CommandFailure.usage(
                    "cannot connect to Kafka at "
                            + address
                            + ": "
                            + (cause == null ? e.getMessage() : cause.getMessage()));
        }
    }

    /// The names of the topics that there are.
    ///
    /// @throws CommandFailure if the cluster does not answer
    Set<String> topicNames() throws InterruptedException {
        try (Admin admin = admin()) {
            return await(admin.listTopics().names());
        }
    }

    /// The answer of an administration client.
    ///
    /// @throws CommandFailure if there is none
    <T> T await(KafkaFuture<T> answer) throws InterruptedException {
        try {
            return answer.get(PATIENCE.toMillis() + 1_000, TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw unreachable();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    /// What an exception of a client means.
    CommandFailure failure(@Nullable Throwable cause) {
        if (cause instanceof org.apache.kafka.common.errors.TimeoutException
                || cause instanceof DisconnectException) {
            return unreachable();
        }
        return CommandFailure.of(
                "Kafka at "
                        + address
                        + " refused: "
                        + (cause == null ? "no reason given" : cause.getMessage()));
    }

    private CommandFailure unreachable() {
        return CommandFailure.of(
                "cannot reach Kafka at "
                        + address
                        + ": no broker answered within "
                        + PATIENCE.toSeconds()
                        + " s; is it running? start it with: millrace up");
    }
}
