package dev.millrace.worker.replicas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.Limits;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Outcome.TimedOut.Limit;
import dev.millrace.worker.provider.Pricing;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderFactory;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ReplySink;
import dev.millrace.worker.provider.TokenUsage;
import dev.millrace.worker.provider.UpstreamTrace;
import dev.millrace.worker.secrets.Secrets;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One conversation before two servers whose outcomes are set; every probe is good, and every call
/// takes a second, or half a minute where it waits in vain.
class RestingReplicasTest implements ProviderFactory {
    private static final URI A = URI.create("http://a:1/v1");
    private static final URI B = URI.create("http://b:1/v1");
    private static final byte[] TURN = Rack.turn(1, 0).getBytes(UTF_8);
    private static final Outcome SERVED =
            new Outcome.Completed(TURN, "stop", TokenUsage.NONE, UpstreamTrace.SILENCE);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final Map<URI, Outcome> outcomes = new HashMap<>();
    private final List<URI> called = new ArrayList<>();
    private final ReplicatedProviders providers = new ReplicatedProviders(now::get);
    private Provider rack;
    private URI home;
    private URI other;

    @BeforeEach
    void start() throws Exception {
        create();
        home = called(SERVED).getFirst();
        other = home.equals(A) ? B : A;
    }

    /// As a change of the configuration does.
    private void create() throws Exception {
        rack =
                providers.create(
                        new dev.millrace.configuration.Provider(
                                "rack",
                                ProviderKind.VLLM,
                                null,
                                List.of(),
                                Account.USUAL,
                                Map.of(),
                                Location.LOCAL,
                                Limits.DEFAULT,
                                false,
                                Timeouts.DEFAULT,
                                null,
                                List.of(A, B)),
                        this,
                        new Secrets(Map.of()));
    }

    @Test
    void a_server_that_hangs_while_its_probes_are_good_loses_its_conversations() throws Exception {
        outcomes.put(home, timedOut(Limit.FIRST_TOKEN));
        assertThat(called(timedOut(Limit.FIRST_TOKEN))).containsExactly(home);

        for (int second = 0; second < 27; second += 3) {
            var _ = rack.probe();
            later(Duration.ofSeconds(2));
            assertThat(called(SERVED)).containsExactly(other);
        }
        later(Duration.ofSeconds(5));
        assertThat(called(timedOut(Limit.FIRST_TOKEN))).as("one on trial").containsExactly(home);

        outcomes.remove(home);
        var _ = rack.probe();
        later(Duration.ofSeconds(59));
        assertThat(called(SERVED)).containsExactly(other);
        later(Duration.ofSeconds(1));
        assertThat(called(SERVED)).containsExactly(home);
    }

    @Test
    void a_request_that_runs_out_of_its_own_time_says_nothing_of_the_server() throws Exception {
        for (int i = 0; i < 5; i++) {
            outcomes.put(home, timedOut(Limit.DEADLINE));
            assertThat(called(timedOut(Limit.DEADLINE))).containsExactly(home);
        }
    }

    @Test
    void the_pool_is_told_of_throttling_when_all_throttle_and_for_how_long() throws Exception {
        outcomes.put(home, throttled(Duration.ofHours(1)));
        assertThat(called(SERVED)).containsExactly(home, other);
        assertThat(called(SERVED)).containsExactly(other);

        outcomes.put(other, throttled(Duration.ofSeconds(20)));
        assertThat(called(throttled(Duration.ofSeconds(20)))).containsExactly(other);

        later(Duration.ofSeconds(20));
        outcomes.remove(other);
        assertThat(called(SERVED)).containsExactly(other);
    }

    @Test
    void nobody_waits_where_one_server_takes_calls_again() throws Exception {
        outcomes.put(home, throttled(null));
        outcomes.put(other, throttled(Duration.ofSeconds(20)));

        assertThat(called(throttled(null))).containsExactly(home, other);
    }

    @Test
    void a_server_whose_last_call_failed_comes_before_one_that_throttles() throws Exception {
        outcomes.put(home, throttled(Duration.ofHours(1)));
        assertThat(called(SERVED)).containsExactly(home, other);

        Outcome failed =
                new Outcome.Unavailable("status 503", null, Progress.NONE, UpstreamTrace.SILENCE);
        outcomes.put(other, failed);
        assertThat(called(failed)).containsExactly(other);
        assertThat(called(failed)).containsExactly(other);
    }

    @Test
    void what_is_known_of_servers_outlives_a_change_but_not_their_provider() throws Exception {
        outcomes.put(home, throttled(Duration.ofHours(1)));
        assertThat(called(SERVED)).containsExactly(home, other);
        outcomes.remove(home);

        providers.keepOnly(Set.of("rack", "another"));
        create();
        assertThat(called(SERVED)).containsExactly(other);

        providers.keepOnly(Set.of("another"));
        create();
        assertThat(called(SERVED)).containsExactly(home);
    }

    @Test
    void what_was_used_before_a_server_throttled_is_the_pools_to_write_down() throws Exception {
        Outcome used =
                new Outcome.Throttled(
                        null,
                        new Progress(false, TokenUsage.estimate(5, 0)),
                        UpstreamTrace.SILENCE);
        outcomes.put(home, used);

        assertThat(called(used)).containsExactly(home);
    }

    /// Makes a call, which ends like this.
    ///
    /// @return the servers that it was made at
    private List<URI> called(Outcome expected) throws Exception {
        called.clear();
        Outcome outcome =
                rack.attempt(
                        new Call(
                                new UUID(1, 2),
                                Operation.CHAT_COMPLETION,
                                "m",
                                TURN,
                                false,
                                1,
                                Pricing.UNKNOWN),
                        new Deadline(now.get().plusSeconds(300), now::get),
                        _ -> {});
        assertThat(outcome).isEqualTo(expected);
        return List.copyOf(called);
    }

    private void later(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    private static Outcome timedOut(Limit limit) {
        return new Outcome.TimedOut(limit, Progress.NONE, UpstreamTrace.SILENCE);
    }

    private static Outcome throttled(@Nullable Duration retryAfter) {
        return new Outcome.Throttled(retryAfter, Progress.NONE, UpstreamTrace.SILENCE);
    }

    @Override
    public Set<ProviderKind> kinds() {
        return Set.of(ProviderKind.VLLM);
    }

    @Override
    public Provider create(dev.millrace.configuration.Provider configured, Secrets secrets) {
        URI address = Objects.requireNonNull(configured.baseUrl());
        return new Provider() {
            @Override
            public Outcome attempt(Call call, Deadline deadline, ReplySink replies) {
                called.add(address);
                Outcome outcome = outcomes.getOrDefault(address, SERVED);
                later(Duration.ofSeconds(outcome instanceof Outcome.TimedOut ? 30 : 1));
                return outcome;
            }

            @Override
            public ProviderHealth probe() {
                return new ProviderHealth.Ready(List.of());
            }

            @Override
            public void close() {}
        };
    }
}
