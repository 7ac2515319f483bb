package dev.millrace.worker.kafka;

import dev.millrace.worker.intake.Commit;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// One life of a pool's consumer: polls while there is room, pauses while there is none, starts
/// what waits, and commits what is done. All of it on one thread.
final class PoolLoop {
    private static final Logger log = LoggerFactory.getLogger(PoolLoop.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration POLL_WHEN_SHORT = Duration.ofMillis(5);
    private static final Duration LOOK_FOR_VAIN = Duration.ofMillis(100);

    private final Consumer<String, byte[]> consumer;
    private final Slots slots;
    private final Intake intake;
    private final Ownership ownership;
    private final RunParts parts;
    private Instant nextCommit = Instant.MIN;
    private Instant nextLook = Instant.MIN;
    private Instant lastTurn = Instant.MAX;
    private boolean doubted;

    PoolLoop(
            Consumer<String, byte[]> consumer,
            Slots slots,
            Intake intake,
            Ownership ownership,
            RunParts parts) {
        this.consumer = consumer;
        this.slots = slots;
        this.intake = intake;
        this.ownership = ownership;
        this.parts = parts;
    }

    void subscribe(List<String> topics) {
        consumer.subscribe(topics, ownership);
    }

    /// One round.
    void turn() {
        slots.takeEvents();
        Instant now = parts.clock().instant();
        doubted |= wasAway(now);
        if (doubted) {
            doubted = !ownership.isConfirmed();
            lastTurn = parts.clock().instant();
        }
        if (!now.isBefore(nextLook) && !doubted) {
            slots.endTheVain();
            nextLook = now.plus(LOOK_FOR_VAIN);
        }
        start();
        pauseAndResume();
        for (ConsumerRecord<String, byte[]> record :
                consumer.poll(slots.patience(POLL, POLL_WHEN_SHORT))) {
            intake.take(record);
        }
        start();
        commitIfDue();
        lastTurn = parts.clock().instant();
    }

    /// It may have stood still since the turn began: most of a turn is a poll.
    private void start() {
        doubted |= wasAway(parts.clock().instant());
        if (!doubted) {
            slots.start();
        }
    }

    /// Whether the process stood still for so long that its partitions may have other owners: what
    /// waits here may be done there, and is not to be started before the group has confirmed them.
    private boolean wasAway(Instant now) {
        return lastTurn.isBefore(now.minus(parts.settings().sessionTimeout().dividedBy(2)));
    }

    /// Gives every partition away, in good order.
    void end() {
        ownership.giveAway(Set.copyOf(slots.partitions().keySet()));
    }

    /// A lane is paused while a window's worth of it waits; a partition, while it has as many open
    /// offsets as can be committed.
    private void pauseAndResume() {
        Set<TopicPartition> full = new HashSet<>();
        boolean batch = slots.queues().isFull(true, slots.limit());
        boolean interactive = slots.queues().isFull(false, slots.limit());
        slots.partitions()
                .forEach((place, state) -> {
                    boolean lane = intake.isBatch(place) ? batch : interactive;
                    if (lane || state.offsets().isFull()) {
                        full.add(place);
                    }
                });
        Set<TopicPartition> paused = consumer.paused();
        if (full.equals(paused)) {
            return;
        }
        Set<TopicPartition> resumed = new HashSet<>(paused);
        resumed.removeAll(full);
        consumer.resume(resumed);
        consumer.pause(full);
    }

    private void commitIfDue() {
        Instant now = parts.clock().instant();
        if (now.isBefore(nextCommit)) {
            return;
        }
        nextCommit = now.plus(parts.settings().commitInterval());
        slots.takeEvents();
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        Map<TopicPartition, PartitionState> states = new HashMap<>();
        slots.partitions()
                .forEach((place, state) -> {
                    Commit commit = state.uncommitted();
                    if (commit != null) {
                        state.committing(commit);
                        states.put(place, state);
                        commits.put(place, ownership.committed(commit, false));
                    }
                });
        if (commits.isEmpty()) {
            return;
        }
        consumer.commitAsync(
                commits,
                (_, failure) -> {
                    if (failure != null) {
                        boolean rebalancing = failure instanceof RebalanceInProgressException;
                        log.atLevel(rebalancing ? Level.DEBUG : Level.WARN)
                                .log("event=commit_failed reason=\"{}\"", failure.getMessage());
                        states.values().forEach(PartitionState::commitFailed);
                    }
                });
    }
}
