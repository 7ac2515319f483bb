package dev.millrace.worker.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ServerLoad;
import dev.millrace.worker.provider.ServerReport;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaTest {
    private static final ProviderHealth READY = new ProviderHealth.Ready(List.of());
    private static final ProviderHealth DOWN = new ProviderHealth.Down("no answer");

    private static final Instant NOW = Instant.EPOCH;

    private final Replica replica = replica("http://10.0.0.7:8000/v1");

    @Test
    void a_probe_that_got_lost_says_nothing_of_a_server_that_answers_calls() {
        Replica.Told before = replica.told();
        replica.answered(NOW);

        replica.probed(DOWN, before, null);
        assertThat(replica.isReady()).isTrue();

        replica.probed(DOWN, replica.told(), null);
        assertThat(replica.isReady()).isFalse();
    }

    @Test
    void a_good_probe_that_began_before_a_call_found_the_server_down_comes_too_late() {
        Replica.Told before = replica.told();
        replica.unusable("connection refused");

        replica.probed(READY, before, null);
        assertThat(replica.isReady()).isFalse();

        replica.probed(READY, replica.told(), null);
        assertThat(replica.isReady()).isTrue();
    }

    @Test
    void failures_count_only_in_a_row() {
        for (int i = 0; i < 5; i++) {
            replica.failed("status 500");
            replica.failed("status 500");
            replica.answered(NOW);
        }
        assertThat(replica.isReady()).isTrue();

        replica.failed("status 500");
        replica.failed("status 500");
        replica.failed("status 500");
        assertThat(replica.isReady()).isFalse();
    }

    @Test
    void a_failed_call_makes_it_rest_until_one_is_answered_or_a_later_probe_is_good() {
        replica.failed("status 503");
        assertThat(replica.rests(NOW)).isTrue();
        replica.answered(NOW);
        assertThat(replica.rests(NOW)).isFalse();

        Replica.Told before = replica.told();
        replica.failed("status 503");
        replica.probed(READY, before, null);
        assertThat(replica.rests(NOW)).isTrue();
        replica.probed(READY, replica.told(), null);
        assertThat(replica.rests(NOW)).isFalse();
    }

    @Test
    void a_report_tells_operators_whether_it_gets_calls_and_why_not() {
        assertThat(replica.report())
                .isEqualTo(
                        new ServerReport(
                                "10.0.0.7:8000",
                                ServerReport.State.READY,
                                0,
                                ServerLoad.UNKNOWN,
                                null,
                                null));

        replica.callBegins();
        replica.throttled(null, NOW);
        assertThat(replica.report())
                .isEqualTo(
                        new ServerReport(
                                "10.0.0.7:8000",
                                ServerReport.State.RESTING,
                                1,
                                ServerLoad.UNKNOWN,
                                "it has too much to do",
                                NOW));

        replica.probed(DOWN, replica.told(), null);
        assertThat(replica.report().state()).isEqualTo(ServerReport.State.DOWN);
        assertThat(replica.report().lastError()).isEqualTo("no answer");

        ServerLoad load = ServerLoad.requests(3, 1, 8);
        Replica warm = replica("http://rack/v1");
        warm.unusable("connection refused");
        warm.probed(new ProviderHealth.Ready(List.of(), load), warm.told(), NOW);
        assertThat(warm.report().state()).isEqualTo(ServerReport.State.WARMING_UP);
        assertThat(warm.report().load()).isEqualTo(load);
    }

    @Test
    void its_name_is_as_short_as_tells_it_apart() {
        assertThat(replica.name()).isEqualTo("10.0.0.7:8000");
        assertThat(replica("https://rack/a/v1").name()).isEqualTo("rack/a/v1");
        assertThat(replica("http://user:secret@rack:8000/v1").name()).isEqualTo("rack:8000");
    }

    private static Replica replica(String address) {
        return new Replica("rack", URI.create(address), null, () -> NOW);
    }
}
