package dev.millrace.worker.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedFailure;
import dev.millrace.simulated.SimulatedModelServer;
import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderHealth;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A provider before real servers.
class ReplicasTest {
    private static final SimulatedBehaviour SERVING =
            SimulatedBehaviour.immediate().withModels("m");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final List<SimulatedModelServer> servers = new ArrayList<>();
    private Provider rack;

    @BeforeEach
    void start() throws Exception {
        for (int i = 0; i < 3; i++) {
            servers.add(SimulatedModelServer.start(SERVING));
        }
        rack =
                Rack.provider(
                        new ReplicatedProviders(now::get),
                        Rack.PATIENT,
                        servers.stream().map(SimulatedModelServer::baseUrl).toArray(URI[]::new));
    }

    @AfterEach
    void stop() {
        rack.close();
        servers.forEach(SimulatedModelServer::close);
    }

    @Test
    void every_turn_of_a_conversation_goes_to_the_same_server() throws Exception {
        for (int conversation = 0; conversation < 5; conversation++) {
            int home = served(Rack.turn(conversation, 0));
            for (int turn = 1; turn < 4; turn++) {
                assertThat(served(Rack.turn(conversation, turn))).isEqualTo(home);
            }
        }
    }

    @Test
    void conversations_and_short_prompts_are_spread() throws Exception {
        for (int i = 0; i < 60; i++) {
            completes(Rack.turn(i, 0));
        }
        assertThat(calls()).allMatch(calls -> calls > 3);

        List<Long> before = calls();
        for (int i = 0; i < 60; i++) {
            completes("{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}");
        }
        for (int i = 0; i < 3; i++) {
            assertThat(calls().get(i) - before.get(i)).isGreaterThan(3);
        }
    }

    @Test
    void no_call_fails_because_one_server_was_killed() throws Exception {
        servers.get(1).close();

        for (int i = 0; i < 30; i++) {
            completes(Rack.turn(i, 0));
        }

        assertThat(rack.probe()).isInstanceOf(ProviderHealth.Ready.class);
    }

    @Test
    void a_server_that_comes_back_gets_calls_again_after_its_next_good_probe_and_warms_up()
            throws Exception {
        SimulatedModelServer killed = servers.get(1);
        String its = conversationOf(1);
        killed.close();
        // A kept connection may break under a first call, which is the pool's to repeat.
        await().until(() -> Rack.chat(rack, its) instanceof Outcome.Completed);

        SimulatedModelServer back = SimulatedModelServer.start(killed.port(), SERVING);
        servers.set(1, back);
        int other = served(its);
        assertThat(other).isNotEqualTo(1);
        assertThat(rack.probe()).isInstanceOf(ProviderHealth.Ready.class);
        for (int i = 0; i < 200; i++) {
            completes(Rack.turn(i, 0));
        }
        assertThat(back.counts().calls()).isLessThan(200 / 6);

        now.set(now.get().plus(WarmUp.LENGTH));
        assertThat(served(its)).isEqualTo(1);
    }

    @Test
    void a_server_that_takes_no_call_is_unavailable_when_no_other_is_left() throws Exception {
        servers.forEach(SimulatedModelServer::close);

        assertThat(Rack.chat(rack, Rack.turn(0, 0)))
                .isInstanceOfSatisfying(
                        Outcome.Unavailable.class,
                        unavailable -> assertThat(unavailable.reached()).isFalse());
        assertThat(rack.probe())
                .isInstanceOfSatisfying(
                        ProviderHealth.Down.class,
                        down ->
                                assertThat(down.reason())
                                        .contains(
                                                servers.stream()
                                                        .map(server ->
                                                                "127.0.0.1:"
                                                                        + server.port()
                                                                        + ": connection refused")
                                                        .toList()));
    }

    @Test
    void a_call_that_a_server_may_have_seen_is_not_made_again_at_another() throws Exception {
        String its = conversationOf(2);
        servers.get(2).behave(SERVING.withFailures(new SimulatedFailure.Refuse(503)));
        List<Long> before = calls();

        assertThat(Rack.chat(rack, its))
                .isInstanceOfSatisfying(
                        Outcome.Unavailable.class,
                        unavailable -> assertThat(unavailable.reached()).isTrue());
        assertThat(calls().subList(0, 2)).isEqualTo(before.subList(0, 2));
    }

    @Test
    void a_server_whose_last_call_failed_comes_after_the_others_until_its_next_good_probe()
            throws Exception {
        String its = conversationOf(0);
        servers.getFirst().behave(SERVING.withFailures(1, new SimulatedFailure.Refuse(503)));

        assertThat(Rack.chat(rack, its)).isInstanceOf(Outcome.Unavailable.class);
        assertThat(served(its)).isNotEqualTo(0);

        assertThat(rack.probe()).isInstanceOf(ProviderHealth.Ready.class);
        assertThat(served(its)).isEqualTo(0);
    }

    @Test
    void what_one_server_throttles_another_serves() throws Exception {
        String its = conversationOf(0);
        servers.getFirst().behave(SERVING.withFailures(1, new SimulatedFailure.Refuse(429)));

        long before = calls().getFirst();
        completes(its);
        assertThat(calls().getFirst()).isEqualTo(before + 1);
        assertThat(served(its)).isNotEqualTo(0);

        now.set(now.get().plus(Rest.MOMENT));
        assertThat(served(its)).isEqualTo(0);
    }

    @Test
    void a_server_that_refuses_the_key_leaves_the_calls_to_those_that_take_it() throws Exception {
        String its = conversationOf(0);
        servers.getFirst().behave(SERVING.withRequiredKey("another"));

        assertThat(Rack.chat(rack, its))
                .isInstanceOfSatisfying(
                        Outcome.CredentialRefused.class,
                        refused -> assertThat(refused.otherKeys()).isTrue());
        completes(its);

        servers.forEach(server -> server.behave(SERVING.withRequiredKey("another")));
        assertThat(rack.probe()).isInstanceOf(ProviderHealth.CredentialRefused.class);
    }

    @Test
    void each_model_is_asked_for_at_the_servers_that_list_it() throws Exception {
        servers.get(0).behave(SERVING.withModels("m", "n"));
        servers.get(1).behave(SERVING.withModels("n"));
        servers.get(2).close();

        assertThat(rack.probe())
                .isInstanceOfSatisfying(
                        ProviderHealth.Ready.class,
                        ready ->
                                assertThat(ready.models())
                                        .extracting(ListedModel::name)
                                        .containsExactly("m", "n"));
        for (int i = 0; i < 20; i++) {
            assertThat(served(Rack.turn(i, 0))).isZero();
        }
    }

    @Test
    void a_conversation_spills_over_while_a_call_is_under_way_at_its_server() throws Exception {
        String its = conversationOf(0);
        SimulatedModelServer home = servers.getFirst();
        home.behave(SERVING.withFailures(new SimulatedFailure.Hang()));
        Thread hanging = Thread.ofVirtual().start(() -> chatUntilInterrupted(its));
        await().until(() -> home.counts().inFlight() == 1);

        assertThat(served(its)).isNotZero();

        hanging.interrupt();
        hanging.join();
        assertThat(served(its)).isZero();
    }

    private void chatUntilInterrupted(String body) {
        try {
            assertThat(Rack.chat(rack, body)).isInstanceOf(Outcome.Cancelled.class);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// A conversation that goes to this server.
    private String conversationOf(int server) throws InterruptedException {
        for (int i = 0; i < 1000; i++) {
            if (served(Rack.turn(i, 0)) == server) {
                return Rack.turn(i, 1);
            }
        }
        throw new AssertionError("no conversation goes to server " + server);
    }

    /// Makes a call, which completes.
    ///
    /// @return the number of the server that answered it
    private int served(String body) throws InterruptedException {
        List<Long> before = calls();
        completes(body);
        List<Long> after = calls();
        return IntStream.range(0, after.size())
                .filter(i -> after.get(i) > before.get(i))
                .findFirst()
                .orElseThrow();
    }

    private void completes(String body) throws InterruptedException {
        assertThat(Rack.chat(rack, body)).isInstanceOf(Outcome.Completed.class);
    }

    private List<Long> calls() {
        return servers.stream().map(server -> server.counts().calls()).toList();
    }
}
