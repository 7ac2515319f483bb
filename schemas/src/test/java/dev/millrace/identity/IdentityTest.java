package dev.millrace.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.InstantSource;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class IdentityTest {

    private static final UUID REQUEST = UUID.fromString("01920000-0000-7000-8000-000000000001");

    @Test
    void a_new_request_id_is_a_version_7_uuid_that_starts_with_its_millisecond() {
        InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(0x0192_3456_789aL));

        UUID id = Identity.requestId(clock, new SplittableRandom(1));

        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
        assertThat(id.toString()).startsWith("01923456-789a-7");
    }

    @Test
    void the_same_dispatch_again_has_the_same_id_and_another_hop_another() {
        assertThat(Identity.dispatchId(REQUEST, 0)).isEqualTo(Identity.dispatchId(REQUEST, 0));
        assertThat(Identity.dispatchId(REQUEST, 1)).isNotEqualTo(Identity.dispatchId(REQUEST, 0));
        assertThat(Identity.dispatchId(REQUEST, 0).version()).isEqualTo(8);
        assertThat(Identity.dispatchId(REQUEST, 0).variant()).isEqualTo(2);
    }

    @Test
    void parts_that_run_together_do_not_collide() {
        assertThat(Identity.requestId("ab", "c")).isNotEqualTo(Identity.requestId("a", "bc"));
    }

    @Test
    void a_charge_and_its_reversal_differ() {
        assertThat(Identity.chargeId(REQUEST, "p", true))
                .isNotEqualTo(Identity.chargeId(REQUEST, "p", false));
    }
}
