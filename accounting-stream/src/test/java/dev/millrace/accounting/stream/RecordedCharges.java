package dev.millrace.accounting.stream;

import dev.millrace.schemas.Charge;
import dev.millrace.schemas.ChargeKind;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The history of a topology that runs without a broker: what it has written so far. It hands out a
/// few charges at a time, so that much can happen between them.
///
/// @param written everything that was charged, in order
record RecordedCharges(Supplier<List<Charge>> written) implements ChargeHistory {

    private static final int AT_HAND = 3;

    @Override
    public Reading read(
            int partition, Instant since, @Nullable Booked last, Predicate<? super Charge> wanted) {
        return new Recorded(last, wanted);
    }

    @Override
    public Reading readAll(int partition, @Nullable Booked last) {
        return new Everything(last);
    }

    /// Hands out what was booked up to the last one; without one, what was written by the first
    /// look.
    private final class Everything implements Reading {

        private final @Nullable Booked last;
        private @Nullable Queue<Charge> left;

        private Everything(@Nullable Booked last) {
            this.last = last;
        }

        @Override
        public List<Charge> next(int most) {
            if (left == null) {
                List<Charge> charges = written.get();
                int end = charges.size();
                if (last != null) {
                    List<UUID> ids = charges.stream().map(Charge::getChargeId).toList();
                    end = ids.indexOf(last.chargeId()) + 1;
                    if (end == 0) {
                        return List.of();
                    }
                }
                left = new ArrayDeque<>(charges.subList(0, end));
            }
            List<Charge> next = new ArrayList<>();
            while (!left.isEmpty() && next.size() < Math.min(most, AT_HAND)) {
                next.add(left.remove());
            }
            return next;
        }

        @Override
        public Progress progress() {
            return left != null && left.isEmpty() ? Progress.COMPLETE : Progress.UNDER_WAY;
        }

        @Override
        public boolean isBounded() {
            return left != null;
        }

        @Override
        public @Nullable Instant keptFrom() {
            return null;
        }

        @Override
        public void close() {}
    }

    private final class Recorded implements Reading {

        private final @Nullable Booked last;
        private final Predicate<? super Charge> wanted;
        private @Nullable Queue<Charge> standing;

        private Recorded(@Nullable Booked last, Predicate<? super Charge> wanted) {
            this.last = last;
            this.wanted = wanted;
        }

        @Override
        public List<Charge> next(int most) {
            if (standing == null && hasLast()) {
                standing = standing();
            }
            List<Charge> next = new ArrayList<>();
            while (standing != null
                    && !standing.isEmpty()
                    && next.size() < Math.min(most, AT_HAND)) {
                next.add(standing.remove());
            }
            return next;
        }

        @Override
        public Progress progress() {
            return standing != null && standing.isEmpty() ? Progress.COMPLETE : Progress.UNDER_WAY;
        }

        @Override
        public boolean isBounded() {
            return standing != null;
        }

        @Override
        public @Nullable Instant keptFrom() {
            return null;
        }

        @Override
        public void close() {}

        private boolean hasLast() {
            return last == null
                    || written.get().stream()
                            .anyMatch(charge -> charge.getChargeId().equals(last.chargeId()));
        }

        private Queue<Charge> standing() {
            List<Charge> charges = written.get();
            Set<UUID> takenBack =
                    charges.stream()
                            .filter(charge -> charge.getKind() == ChargeKind.REVERSAL)
                            .map(Charge::getCorrects)
                            .collect(Collectors.toSet());
            return charges.stream()
                    .filter(charge -> charge.getKind() == ChargeKind.CHARGE)
                    .filter(charge -> !takenBack.contains(charge.getChargeId()))
                    .filter(wanted)
                    .collect(Collectors.toCollection(ArrayDeque::new));
        }
    }
}
