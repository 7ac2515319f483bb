package dev.millrace.embedded;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersResult.PartitionProducerState;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.requests.TransactionResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends transactions that their coordinator believes to have ended, and whose end never reached a
/// partition: while a partition has no leader, Kafka 4.3.1 takes it for deleted and does not write
/// the end there (KAFKA-20734). The only broker's partitions have no leader for a moment whenever
/// it starts. Nobody who reads committed records would get beyond such a transaction, and a group
/// whose offsets are part of it would not start. Each is ended as its coordinator decided. For one
/// thread.
final class HangingTransactions {

    private static final Logger LOG = LoggerFactory.getLogger(HangingTransactions.class);

    private static final Set<TransactionState> ENDING =
            EnumSet.of(
                    TransactionState.PREPARE_COMMIT,
                    TransactionState.PREPARE_ABORT,
                    TransactionState.PREPARE_EPOCH_FENCE);

    /// A transaction that a partition holds open.
    ///
    /// @param coordinatorEpoch of who wrote the producer's last end there; 0 without one
    private record Open(
            TopicPartition place, long producerId, int epoch, long start, int coordinatorEpoch) {}

    private final Admin admin;
    private final TransactionMarkers markers;
    private Set<Open> seen = Set.of();

    HangingTransactions(Admin admin, TransactionMarkers markers) {
        this.admin = admin;
        this.markers = markers;
    }

    /// Ends those that hang, while no client is connected.
    ///
    /// @return whether none is left: the broker has told the decision about each, and taken it
    boolean endAll() throws IOException, InterruptedException {
        return end(open());
    }

    /// Ends those that hang now and have hung the last time, too: what ends between two questions
    /// does not hang.
    void endThoseSeenBefore() throws IOException, InterruptedException {
        Set<Open> now = open();
        Set<Open> still = new HashSet<>(now);
        still.retainAll(seen);
        seen = now;
        end(still);
    }

    private boolean end(Set<Open> open) throws IOException, InterruptedException {
        if (open.isEmpty()) {
            return true;
        }
        Map<Long, TransactionDescription> transactions = transactions();
        boolean complete = true;
        for (Open each : open) {
            TransactionDescription known = transactions.get(each.producerId());
            if (known == null || ENDING.contains(known.state())) {
                // Its coordinator may not have read it yet, or is about to end it.
                complete = false;
                continue;
            }
            Optional<TransactionResult> decision = decision(each, known);
            complete &=
                    decision.isEmpty() || end(each, (short) known.producerEpoch(), decision.get());
        }
        return complete;
    }

    private boolean end(Open open, short epoch, TransactionResult decision) {
        try {
            markers.write(
                    open.place(), open.producerId(), epoch, open.coordinatorEpoch(), decision);
            LOG.warn(
                    "event=hanging_transaction_ended partition={} producer={} offset={} as={}",
                    open.place(),
                    open.producerId(),
                    open.start(),
                    decision);
            return true;
        } catch (IOException e) {
            LOG.warn(
                    "event=hanging_transaction_left partition={} producer={} reason=\"{}\"",
                    open.place(),
                    open.producerId(),
                    e.getMessage());
            return false;
        }
    }

    /// What the coordinator has decided. Each end raises the producer's epoch by one, so the last
    /// decision is this transaction's where the epoch is the next one; an abort by time-out may
    /// raise it once more. What a living producer holds open it ends itself.
    private static Optional<TransactionResult> decision(Open open, TransactionDescription known) {
        int later = known.producerEpoch() - open.epoch();
        return switch (known.state()) {
            case COMPLETE_COMMIT ->
                    later == 1 ? Optional.of(TransactionResult.COMMIT) : Optional.empty();
            case COMPLETE_ABORT ->
                    later >= 1 ? Optional.of(TransactionResult.ABORT) : Optional.empty();
            default -> Optional.empty();
        };
    }

    private Set<Open> open() throws IOException, InterruptedException {
        Set<String> names =
                get(admin.listTopics(new ListTopicsOptions().listInternal(true)).names());
        List<TopicPartition> places = new ArrayList<>();
        get(admin.describeTopics(names).allTopicNames())
                .forEach((name, topic) ->
                        topic.partitions()
                                .forEach(partition ->
                                        places.add(
                                                new TopicPartition(name, partition.partition()))));
        Set<Open> open = new HashSet<>();
        for (Map.Entry<TopicPartition, PartitionProducerState> state :
                get(admin.describeProducers(places).all()).entrySet()) {
            for (ProducerState producer : state.getValue().activeProducers()) {
                producer.currentTransactionStartOffset()
                        .ifPresent(start ->
                                open.add(
                                        new Open(
                                                state.getKey(),
                                                producer.producerId(),
                                                producer.producerEpoch(),
                                                start,
                                                producer.coordinatorEpoch().orElse(0))));
            }
        }
        return open;
    }

    private Map<Long, TransactionDescription> transactions()
            throws IOException, InterruptedException {
        Set<String> ids =
                get(admin.listTransactions().all()).stream()
                        .map(TransactionListing::transactionalId)
                        .collect(Collectors.toSet());
        Map<Long, TransactionDescription> byProducer = new HashMap<>();
        get(admin.describeTransactions(ids).all())
                .values()
                .forEach(transaction -> byProducer.put(transaction.producerId(), transaction));
        return byProducer;
    }

    private static <T> T get(org.apache.kafka.common.KafkaFuture<T> answer)
            throws IOException, InterruptedException {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            throw new IOException("the broker does not tell its transactions", e.getCause());
        }
    }
}
