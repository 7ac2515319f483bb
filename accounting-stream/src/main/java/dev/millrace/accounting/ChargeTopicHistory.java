package dev.millrace.accounting;

import dev.millrace.accounting.stream.ChargeHistory;
import dev.millrace.schemas.Charge;
import dev.millrace.topics.KafkaLog;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The history as the charges' topic has it, as far back as that reaches. One partition is read at
/// a time, so that memory holds the reversals of one.
final class ChargeTopicHistory implements ChargeHistory {

    private final KafkaLog log;
    private final Semaphore turn = new Semaphore(1);

    ChargeTopicHistory(KafkaLog log) {
        this.log = log;
    }

    @Override
    public Reading read(
            int partition, Instant since, @Nullable Booked last, Predicate<? super Charge> wanted) {
        ChargeTopicReading reading =
                new ChargeTopicReading(log, turn, partition, since, last, wanted);
        reading.start();
        return reading;
    }

    @Override
    public Reading readAll(int partition, @Nullable Booked last) {
        ChargeTopicReading reading =
                new ChargeTopicReading(log, turn, partition, Instant.EPOCH, last, null);
        reading.start();
        return reading;
    }
}
