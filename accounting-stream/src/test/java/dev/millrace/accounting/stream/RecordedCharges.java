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
            int partition, Instant since, @Nullable Long offset, Predicate<? super Charge> wanted) {
        List<Charge> charges = written.get();
        int begin = offset == null ? 0 : offset.intValue();
        Set<UUID> takenBack =
                charges.stream()
                        .skip(begin)
                        .filter(charge -> charge.getKind() == ChargeKind.REVERSAL)
                        .map(Charge::getCorrects)
                        .collect(Collectors.toSet());
        Queue<Standing> standing = new ArrayDeque<>();
        for (int i = begin; i < charges.size(); i++) {
            Charge charge = charges.get(i);
            if (charge.getKind() == ChargeKind.CHARGE
                    && !takenBack.contains(charge.getChargeId())
                    && wanted.test(charge)) {
                standing.add(new Standing(charge, i + 1L));
            }
        }
        return new Recorded(standing);
    }

    private record Recorded(Queue<Standing> standing) implements Reading {

        @Override
        public List<Standing> next(int most) {
            List<Standing> next = new ArrayList<>();
            while (next.size() < Math.min(most, AT_HAND) && !standing.isEmpty()) {
                next.add(standing.remove());
            }
            return next;
        }

        @Override
        public Progress progress() {
            return standing.isEmpty() ? Progress.COMPLETE : Progress.UNDER_WAY;
        }

        @Override
        public void close() {
            standing.clear();
        }
    }
}
