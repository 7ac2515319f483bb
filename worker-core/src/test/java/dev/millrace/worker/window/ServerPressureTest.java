package dev.millrace.worker.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.provider.ServerLoad;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ServerPressureTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AdaptiveWindow window = new AdaptiveWindow(1, 8);

    @Test
    void a_server_that_tells_nothing_presses_nobody() {
        assertThat(ServerPressure.of(ServerLoad.UNKNOWN)).isEqualTo(new ServerPressure(0, false));
    }

    @Test
    void one_or_two_that_wait_have_just_come() {
        assertThat(ServerPressure.of(waiting(3, 2)).tooMuch()).isFalse();
        assertThat(ServerPressure.of(waiting(3, 3)).tooMuch()).isTrue();
        assertThat(ServerPressure.of(ServerLoad.requests(null, 3, null)).tooMuch()).isTrue();
    }

    @Test
    void at_a_large_server_a_tenth_have_just_come() {
        assertThat(ServerPressure.of(waiting(60, 6)).tooMuch()).isFalse();
        assertThat(ServerPressure.of(waiting(60, 7)).tooMuch()).isTrue();
    }

    @Test
    void a_cache_that_is_nearly_full_is_too_much() {
        assertThat(ServerPressure.of(cache(0.95)).tooMuch()).isFalse();
        assertThat(ServerPressure.of(cache(0.96)).tooMuch()).isTrue();
    }

    @Test
    void the_window_is_no_wider_than_the_servers_slots() {
        follow(slots(2), 10);
        assertThat(window.limit()).isEqualTo(2);

        grow();
        assertThat(window.limit()).isEqualTo(2);

        window.resize(4);
        assertThat(window.limit()).isEqualTo(2);
    }

    @Test
    void the_window_is_no_wider_than_configured_whatever_the_server_has() {
        follow(slots(128), 10);

        assertThat(window.limit()).isEqualTo(8);
    }

    @Test
    void slots_that_are_not_told_this_time_still_count() {
        follow(slots(2), 10);
        follow(ServerLoad.UNKNOWN, 20);

        assertThat(window.limit()).isEqualTo(2);
    }

    @Test
    void more_slots_open_a_window_that_the_slots_kept_closed() {
        follow(slots(2), 10);
        follow(slots(6), 20);

        assertThat(window.limit()).isEqualTo(6);
    }

    @Test
    void more_slots_do_not_open_a_window_that_throttling_has_closed() {
        follow(slots(6), 10);
        window.throttled(START.plusMillis(11), Duration.ZERO, START.plusMillis(12));
        follow(slots(7), 20);

        assertThat(window.limit()).isEqualTo(3);
    }

    @Test
    void nothing_is_known_of_another_servers_slots() {
        follow(slots(2), 10);

        window.serverChanged();

        assertThat(window.limit()).isEqualTo(8);
    }

    @Test
    void too_much_halves_the_window_once_a_look_and_never_below_its_smallest() {
        follow(waiting(8, 5), 10);
        assertThat(window.limit()).isEqualTo(4);

        window.throttled(START.plusMillis(5), Duration.ZERO, START.plusMillis(30));
        assertThat(window.limit()).isEqualTo(4);

        for (int look = 40; look < 100; look += 10) {
            follow(waiting(8, 5), look);
        }
        assertThat(window.limit()).isEqualTo(1);
    }

    @Test
    void a_look_from_before_the_last_decrease_changes_nothing() {
        window.throttled(START.plusMillis(10), Duration.ZERO, START.plusMillis(20));

        window.follow(ServerPressure.of(waiting(8, 5)), START.plusMillis(15), START.plusMillis(30));

        assertThat(window.limit()).isEqualTo(4);
    }

    @Test
    void a_window_that_shrank_grows_again_with_what_succeeds() {
        follow(waiting(8, 5), 10);
        follow(waiting(4, 0), 20);
        assertThat(window.limit()).isEqualTo(4);

        grow();

        assertThat(window.limit()).isEqualTo(8);
    }

    private void follow(ServerLoad load, int millis) {
        Instant asked = START.plusMillis(millis);
        window.follow(ServerPressure.of(load), asked, asked.plusMillis(5));
    }

    private void grow() {
        for (int i = 0; i < 8; i++) {
            window.started(START);
        }
        for (int i = 0; i < 100; i++) {
            window.succeeded(
                    START.plusMillis(50), Duration.ofMillis(5), false, START.plusMillis(60));
        }
    }

    private static ServerLoad slots(int slots) {
        return ServerLoad.requests(null, null, slots);
    }

    private static ServerLoad waiting(int running, int waiting) {
        return ServerLoad.requests(running, waiting, null);
    }

    private static ServerLoad cache(double use) {
        return new ServerLoad(null, null, null, use, null);
    }
}
