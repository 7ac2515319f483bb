package dev.millrace.accounting.stream;

import static dev.millrace.accounting.stream.Attempts.START;
import static dev.millrace.accounting.stream.Attempts.completed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.accounting.ledger.BucketLength;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// When the sums of an hour are final.
class ClosedHoursTest {

    private static final String HOUR = "hour-2026-05-31T23|acme|ci|one|small|interactive|USD";
    private static final Instant END = Instant.parse("2026-06-01T00:00:00Z");

    @TempDir Path state;

    private AccountingDriver driver;

    @BeforeEach
    void start() {
        driver = new AccountingDriver(Attempts.PRICES, START, state, Stores::inMemoryKeyValueStore);
    }

    @AfterEach
    void stop() {
        driver.close();
    }

    @Test
    void an_hour_is_closed_once_also_where_nothing_more_comes() {
        driver.send(completed(1));
        advanceTo(END.plus(Duration.ofMinutes(9)));
        assertThat(driver.finals()).isEmpty();

        advanceTo(END.plus(Duration.ofMinutes(11)));
        advanceTo(END.plus(Duration.ofHours(5)));

        assertThat(driver.finals()).extracting(TestRecord::key).containsExactly(HOUR);
        assertThat(driver.finals().getFirst().value())
                .isEqualTo(driver.costs(BucketLength.HOUR).get(HOUR));
    }

    @Test
    void an_hour_opens_again_for_what_comes_late() {
        driver.send(completed(1));
        advanceTo(END.plus(Duration.ofHours(1)));
        driver.send(completed(2));
        driver.restart();
        driver.advance(Duration.ofSeconds(10));

        assertThat(driver.finals()).extracting(TestRecord::key).containsExactly(HOUR, HOUR);
        assertThat(driver.finals().getLast().value().getAttempts()).isEqualTo(2);
    }

    @Test
    void an_hour_stays_open_while_the_log_is_behind() {
        // Given a ledger that comes back two hours later and has yet to read what was written
        advanceTo(END.plus(Duration.ofHours(2)));
        driver.send(completed(1), START);
        driver.advance(Duration.ofSeconds(1));
        assertThat(driver.finals()).isEmpty();

        driver.send(completed(2), START.plusSeconds(1));
        driver.advance(Duration.ofSeconds(10));

        assertThat(driver.finals()).extracting(TestRecord::key).containsExactly(HOUR);
        assertThat(driver.finals().getFirst().value().getAttempts()).isEqualTo(2);
    }

    private void advanceTo(Instant time) {
        driver.advance(Duration.between(driver.now(), time));
    }
}
