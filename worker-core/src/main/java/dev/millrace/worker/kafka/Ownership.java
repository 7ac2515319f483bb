package dev.millrace.worker.kafka;

import dev.millrace.worker.intake.Commit;
import dev.millrace.worker.intake.DispatchFence;
import dev.millrace.worker.intake.OpenOffsets;
import dev.millrace.worker.quota.QuotaShare;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes partitions over and gives them away. Belongs to the polling thread, inside whose `poll`
/// Kafka calls it.
///
/// ```
/// assigned: take a fence ─▶ restore the open offsets ─▶ read ids back ─▶ commit ─▶ run
/// revoked:  let attempts end ─▶ abort the rest ─▶ commit ─▶ gone
/// lost:     abort ─▶ gone (another owner has it already: nothing can be committed)
/// ```
final class Ownership implements ConsumerRebalanceListener {
    private static final Logger log = LoggerFactory.getLogger(Ownership.class);
    private static final Duration ABORT = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(5);
    private static final Duration ANSWER = Duration.ofSeconds(5);

    /// As many as a router may send again after it was away for longer than the fence's memory:
    /// what one partition takes in its commit interval, a second.
    private static final int LEAST_READ_BACK = 500;

    private final Consumer<String, byte[]> consumer;
    private final Slots slots;
    private final RunParts parts;
    private final LongSupplier nextFence;

    /// @param nextFence gives a number above every one given before, to anyone
    Ownership(
            Consumer<String, byte[]> consumer,
            Slots slots,
            RunParts parts,
            LongSupplier nextFence) {
        this.consumer = consumer;
        this.slots = slots;
        this.parts = parts;
        this.nextFence = nextFence;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
        if (assigned.isEmpty()) {
            return;
        }
        long fence = nextFence.getAsLong();
        Set<TopicPartition> places = new HashSet<>(assigned);
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(places);
        Map<TopicPartition, Long> first = consumer.beginningOffsets(places);
        Map<TopicPartition, OffsetAndTimestamp> recent = recent(places);
        for (TopicPartition place : assigned) {
            OffsetAndMetadata last = committed.get(place);
            long beginning = first.getOrDefault(place, 0L);
            long base = last == null ? beginning : last.offset();
            OpenOffsets offsets =
                    last == null
                            ? OpenOffsets.startingAt(base)
                            : OpenOffsets.restore(
                                    new Commit(base, QuotaShare.strip(last.metadata())));
            DispatchFence seen = new DispatchFence(parts.settings().readBack(), LEAST_READ_BACK);
            slots.partitions().put(place, new PartitionState(offsets, seen, fence, base));
            parts.quota()
                    .takeOver(
                            last == null ? null : last.metadata(),
                            partitions(),
                            parts.clock().instant());
            OffsetAndTimestamp since = recent.get(place);
            long readBack = Math.min(base - LEAST_READ_BACK, since == null ? base : since.offset());
            long bounded = Math.max(readBack, base - parts.settings().mostReadBack());
            consumer.seek(place, Math.max(beginning, bounded));
        }
        slots.partitionsChanged();
        if (parts.quota().limited()) {
            commit(assigned, false);
        }
        log.info("event=partitions_assigned partitions={} fence={}", assigned, fence);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
        giveAway(revoked);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
        log.warn("event=partitions_lost partitions={}", lost);
        states(lost)
                .forEach(state -> {
                    state.leave();
                    state.running().forEach(run -> run.interruption().abandon());
                });
        forget(lost);
    }

    /// Lets attempts end, aborts those that take too long, and commits.
    void giveAway(Collection<TopicPartition> places) {
        if (places.isEmpty()) {
            return;
        }
        places.forEach(slots.queues()::drop);
        List<PartitionState> states = states(places);
        if (!awaitEnd(states, parts.settings().drain())) {
            each(states, run -> run.interruption().ask(Interruption.Reason.REVOKED));
            if (!awaitEnd(states, ABORT)) {
                each(states, run -> run.interruption().abandon());
            }
        }
        states.forEach(PartitionState::leave);
        commit(places, true);
        forget(places);
        log.info("event=partitions_revoked partitions={}", places);
    }

    /// Whether the group still knows this consumer as the owner of its partitions: it takes a
    /// commit from nobody else. If not, the next polls tell what was lost.
    boolean isConfirmed() {
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        slots.partitions()
                .forEach((place, state) -> {
                    commits.put(place, committed(state.offsets().commit(), false));
                });
        try {
            consumer.commitSync(commits, ANSWER);
            return true;
        } catch (CommitFailedException | RebalanceInProgressException | TimeoutException e) {
            log.warn("event=ownership_in_doubt reason=\"{}\"", e.getMessage());
            return false;
        }
    }

    private Map<TopicPartition, OffsetAndTimestamp> recent(Set<TopicPartition> places) {
        long since = parts.clock().instant().minus(parts.settings().readBack()).toEpochMilli();
        Map<TopicPartition, Long> times = new HashMap<>();
        places.forEach(place -> times.put(place, since));
        return consumer.offsetsForTimes(times);
    }

    private boolean awaitEnd(List<PartitionState> states, Duration limit) {
        Instant until = parts.clock().instant().plus(limit);
        while (true) {
            slots.takeEvents();
            if (states.stream().allMatch(state -> state.running().isEmpty())) {
                return true;
            }
            if (parts.clock().instant().isAfter(until)) {
                return false;
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /// When partitions come, this says that somebody spends of their part of the quota: were the
    /// owner to die before its next commit, the one after it would else go on as the one before it
    /// ended.
    ///
    /// @param last whether they are given away
    private void commit(Collection<TopicPartition> places, boolean last) {
        Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
        for (TopicPartition place : places) {
            PartitionState state = slots.partitions().get(place);
            if (state != null && (state.uncommitted() != null || parts.quota().limited())) {
                commits.put(place, committed(state.offsets().commit(), last));
            }
        }
        if (commits.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(commits, ANSWER);
        } catch (KafkaException e) {
            log.warn("event=commit_failed partitions={} reason=\"{}\"", places, e.getMessage());
        }
    }

    private List<PartitionState> states(Collection<TopicPartition> places) {
        return places.stream().map(slots.partitions()::get).filter(Objects::nonNull).toList();
    }

    private void forget(Collection<TopicPartition> places) {
        places.forEach(slots.queues()::drop);
        int owned = slots.partitions().size();
        places.forEach(slots.partitions()::remove);
        parts.quota().giveAway(owned - slots.partitions().size());
        slots.partitionsChanged();
    }

    /// What is committed for a partition: where it stands, and what was spent of the quota.
    ///
    /// @param last whether it is given away
    OffsetAndMetadata committed(Commit commit, boolean last) {
        return new OffsetAndMetadata(
                commit.offset(), parts.quota().handover(last) + commit.metadata());
    }

    /// Of both lanes.
    private int partitions() {
        return consumer.subscription().stream()
                .mapToInt(topic -> consumer.partitionsFor(topic).size())
                .sum();
    }

    private static void each(
            List<PartitionState> states, java.util.function.Consumer<DispatchRun> action) {
        states.forEach(state -> state.running().forEach(action));
    }
}
