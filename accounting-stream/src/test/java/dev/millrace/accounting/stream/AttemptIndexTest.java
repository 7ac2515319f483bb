package dev.millrace.accounting.stream;

import static dev.millrace.accounting.stream.Attempts.START;
import static dev.millrace.accounting.stream.Attempts.attemptId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.identity.Identity;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptIndexTest {

    private final SplittableRandom random = new SplittableRandom(1);
    private final KeyValueStore<Bytes, byte[]> store =
            Stores.inMemoryKeyValueStore("attempt-index").get();

    /// The second run knows what the store holds: clocks differ, and clients make ids of their own.
    @ParameterizedTest
    @ValueSource(strings = {"-PT8H", "-PT0.001S", "PT0S", "PT0.001S", "PT1H", "P364D", "P900D"})
    void a_request_is_counted_once_also_after_a_restart(Duration ahead) {
        UUID request = request(START.plus(ahead));
        AttemptIndex before = new AttemptIndex(store, () -> Instant.EPOCH);
        assertThat(before.countRequest(request, attemptId(1))).isTrue();
        assertThat(before.countRequest(request, attemptId(1))).isTrue();
        assertThat(before.countRequest(request, attemptId(2))).isFalse();

        AttemptIndex after = new AttemptIndex(store, () -> START);
        assertThat(after.countRequest(request, attemptId(2))).isFalse();
        assertThat(after.countRequest(request(START.plusMillis(1)), attemptId(3))).isTrue();
        assertThat(after.countRequest(request, attemptId(1))).isTrue();
    }

    @Test
    void requests_with_idempotency_keys_are_counted_once() {
        AttemptIndex before = new AttemptIndex(store, () -> START);
        AttemptIndex after = new AttemptIndex(store, () -> START);
        for (int key = 0; key < 100; key++) {
            UUID request = Identity.requestId("tenant", "key-" + key);
            assertThat(before.countRequest(request, attemptId(1))).isTrue();
            assertThat(after.countRequest(request, attemptId(2))).isFalse();
        }
    }

    @Test
    void a_request_that_was_forgotten_is_counted_again() {
        UUID request = request(START);
        AttemptIndex index = new AttemptIndex(store, () -> Instant.EPOCH);
        index.countRequest(request, attemptId(1));

        index.forgetRequest(request);

        assertThat(index.countRequest(request, attemptId(2))).isTrue();
        assertThat(store.approximateNumEntries()).isEqualTo(1);
    }

    private UUID request(Instant at) {
        return Identity.requestId(InstantSource.fixed(at), random);
    }
}
