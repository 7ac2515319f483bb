package dev.millrace.worker.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ServerLoad;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class FleetTest {
    private static final int KEYS = 10_000;

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-01-01T12:00:00Z"));

    @Test
    void conversations_are_spread_evenly() {
        Map<Replica, Long> owned = owned(fleet(5));

        assertThat(owned).hasSize(5);
        assertThat(Collections.max(owned.values())).isLessThan(KEYS / 5 * 13 / 10);
    }

    @Test
    void a_conversation_stays_where_it_is() {
        Fleet fleet = fleet(5);

        assertThat(owners(fleet)).isEqualTo(owners(fleet));
        assertThat(owners(fleet(5)))
                .as("at another worker")
                .extracting(Replica::address)
                .isEqualTo(owners(fleet).stream().map(Replica::address).toList());
    }

    @Test
    void only_the_conversations_of_a_server_that_leaves_move_and_to_all_the_others() {
        Fleet fleet = fleet(5);
        Replica leaving = fleet.replicas().get(2);
        List<Replica> before = owners(fleet);

        List<Replica> after = owners(fleet.changedTo(addresses(0, 1, 3, 4)));

        Map<Replica, Integer> heirs = new HashMap<>();
        for (int key = 0; key < KEYS; key++) {
            if (before.get(key) == leaving) {
                heirs.merge(after.get(key), 1, Integer::sum);
            } else {
                assertThat(after.get(key)).isSameAs(before.get(key));
            }
        }
        int moved = heirs.values().stream().mapToInt(Integer::intValue).sum();
        assertThat(moved).isCloseTo(KEYS / 5, Percentage.withPercentage(10));
        assertThat(heirs).hasSize(4);
        assertThat(Collections.max(heirs.values())).isLessThan(moved / 4 * 13 / 10);
    }

    @Test
    void a_hot_prefix_spills_over_at_the_bound() {
        Fleet fleet = fleet(4);
        Wish hot = new Wish("m", 7, true);
        Replica home = only(fleet, hot);

        for (int calls = 1; calls <= 400; calls++) {
            var _ = begin(fleet, hot);
            int bound = (int) Math.ceil(Choice.BOUND * calls / 4);
            assertThat(fleet.replicas())
                    .allMatch(replica -> replica.underWay() <= bound, "at most " + bound);
        }

        assertThat(home.underWay()).isEqualTo(125);
        assertThat(fleet.replicas()).allMatch(replica -> replica.underWay() >= 25);
    }

    @Test
    void ten_thousand_conversations_at_once_are_bounded_too() {
        Fleet fleet = fleet(5);

        LongStream.range(0, KEYS).forEach(key -> begin(fleet, new Wish("m", key, true)));

        assertThat(fleet.replicas())
                .allMatch(replica -> replica.underWay() < KEYS / 5 * 13 / 10)
                .allMatch(replica -> replica.underWay() > 0);
    }

    @Test
    void what_belongs_to_no_conversation_goes_where_least_is_under_way() {
        Fleet fleet = fleet(3);

        LongStream.range(0, 30).forEach(chance -> begin(fleet, new Wish("m", chance, false)));
        assertThat(fleet.replicas()).allMatch(replica -> replica.underWay() == 10);

        Replica idle = fleet.replicas().get(1);
        idle.callEnds();
        idle.callEnds();
        assertThat(begin(fleet, new Wish("m", 99, false))).isSameAs(idle);
        assertThat(begin(fleet, new Wish("m", 99, false))).isSameAs(idle);
    }

    @Test
    void equally_idle_servers_are_chosen_by_chance() {
        Fleet fleet = fleet(3);

        Map<Replica, Integer> chosen = new HashMap<>();
        LongStream.range(0, 3000)
                .forEach(chance ->
                        chosen.merge(only(fleet, new Wish("m", chance, false)), 1, Integer::sum));

        assertThat(chosen.values()).hasSize(3).allMatch(calls -> calls > 850 && calls < 1150);
    }

    @Test
    void a_server_with_more_slots_gets_more() {
        Fleet fleet = fleet(2);
        probed(fleet, 0, ready(2));
        probed(fleet, 1, ready(6));

        assertThat(share(fleet, fleet.replicas().get(1)))
                .isCloseTo(0.75, Percentage.withPercentage(5));
        LongStream.range(0, 800).forEach(key -> begin(fleet, new Wish("m", key, false)));
        assertThat(fleet.replicas()).extracting(Replica::underWay).containsExactly(200, 600);
    }

    @Test
    void a_server_that_is_down_gets_nothing_while_another_is_ready() {
        Fleet fleet = fleet(3);
        List<Replica> before = owners(fleet);
        Replica down = fleet.replicas().getFirst();
        down.unusable("connection refused");

        List<Replica> after = owners(fleet);

        assertThat(after).doesNotContain(down);
        assertThat(
                        IntStream.range(0, KEYS)
                                .filter(key -> before.get(key) != down)
                                .allMatch(key -> before.get(key) == after.get(key)))
                .isTrue();
        fleet.replicas().forEach(replica -> replica.unusable("connection refused"));
        assertThat(owners(fleet)).isEqualTo(before);
    }

    @Test
    void a_server_that_comes_back_warms_up_and_takes_conversations_one_by_one() {
        Fleet fleet = fleet(2);
        List<Replica> before = owners(fleet);
        Replica back = fleet.replicas().getFirst();
        back.unusable("connection refused");

        back.probed(ready(0), back.told(), now.get());

        assertThat(share(fleet, back)).isCloseTo(0.1 / 1.1, Percentage.withPercentage(10));
        List<Replica> cold = owners(fleet);
        later(WarmUp.LENGTH.dividedBy(2));
        assertThat(share(fleet, back)).isCloseTo(0.5 / 1.5, Percentage.withPercentage(10));
        List<Replica> warmer = owners(fleet);
        for (int key = 0; key < KEYS; key++) {
            assertThat(cold.get(key) != back || warmer.get(key) == back).isTrue();
            assertThat(warmer.get(key) != back || before.get(key) == back).isTrue();
        }
        later(WarmUp.LENGTH.dividedBy(2));
        assertThat(owners(fleet)).isEqualTo(before);
    }

    @Test
    void a_server_that_warms_up_has_a_smaller_bound() {
        Fleet fleet = fleet(2);
        Replica back = fleet.replicas().getFirst();
        back.unusable("connection refused");
        back.probed(ready(0), back.told(), now.get());

        Wish its = new Wish("m", owners(fleet).indexOf(back), true);

        LongStream.range(0, 110).forEach(_ -> begin(fleet, its));

        assertThat(back.underWay()).isEqualTo((int) Math.ceil(Choice.BOUND * 110 * 0.1 / 1.1));
    }

    @Test
    void servers_that_are_added_warm_up_and_those_that_stay_keep_what_is_known_of_them() {
        Fleet fleet = fleet(2);
        Replica staying = fleet.replicas().getFirst();
        probed(fleet, 0, ready(4));
        staying.callBegins();
        fleet.replicas().get(1).unusable("connection refused");

        Fleet changed = fleet.changedTo(addresses(0, 1, 2));

        assertThat(changed.replicas()).startsWith(staying, fleet.replicas().get(1));
        assertThat(staying.underWay()).isOne();
        assertThat(changed.replicas())
                .extracting(Replica::isReady)
                .containsExactly(true, false, true);
        assertThat(changed.replicas().getLast().warmth(now.get())).isEqualTo(WarmUp.LEAST);
        assertThat(staying.warmth(now.get())).isOne();
        assertThat(fleet.changedTo(addresses(3)).replicas().getFirst().warmth(now.get())).isOne();
    }

    @Test
    void a_model_is_asked_for_where_it_is_listed() {
        Fleet fleet = fleet(3);
        probed(fleet, 0, lists("m", "n"));
        probed(fleet, 1, lists("n"));
        probed(fleet, 2, lists("m"));
        Replica second = fleet.replicas().get(1);

        assertThat(owners(fleet)).hasSize(KEYS).doesNotContain(second);

        fleet.replicas().get(0).unusable("gone");
        fleet.replicas().get(2).unusable("gone");
        assertThat(owners(fleet)).doesNotContain(second);
        assertThat(only(fleet, new Wish("unheard-of", 1, true))).isSameAs(second);
    }

    @Test
    void a_server_that_lists_nothing_or_any_name_is_asked_for_every_model() {
        Fleet fleet = fleet(3);
        probed(fleet, 0, lists("n"));
        probed(fleet, 1, lists());
        probed(fleet, 2, lists("*"));

        assertThat(Set.copyOf(owners(fleet)))
                .containsExactlyInAnyOrder(fleet.replicas().get(1), fleet.replicas().get(2));
    }

    @Test
    void nobody_is_left_when_all_were_tried() {
        Fleet fleet = fleet(2);

        assertThat(fleet.begin(new Wish("m", 1, true), fleet.replicas())).isNull();
    }

    private Fleet fleet(int servers) {
        return Fleet.of("p", addresses(IntStream.range(0, servers).toArray()), now::get);
    }

    private static List<URI> addresses(int... numbers) {
        return IntStream.of(numbers)
                .mapToObj(number -> URI.create("http://10.0.0." + number + ":8000/v1"))
                .toList();
    }

    private static ProviderHealth ready(int slots) {
        return new ProviderHealth.Ready(
                List.of(), ServerLoad.requests(null, null, slots == 0 ? null : slots));
    }

    private static ProviderHealth lists(String... models) {
        return new ProviderHealth.Ready(List.of(models).stream().map(ListedModel::new).toList());
    }

    private void probed(Fleet fleet, int number, ProviderHealth health) {
        Replica replica = fleet.replicas().get(number);
        replica.probed(health, replica.told(), now.get());
    }

    private void later(Duration time) {
        now.updateAndGet(instant -> instant.plus(time));
    }

    private static Replica begin(Fleet fleet, Wish wish) {
        return Objects.requireNonNull(fleet.begin(wish, List.of()));
    }

    /// The server of a call that ends before the next one begins.
    private static Replica only(Fleet fleet, Wish wish) {
        Replica chosen = begin(fleet, wish);
        chosen.callEnds();
        return chosen;
    }

    /// The server of each key.
    private static List<Replica> owners(Fleet fleet) {
        List<Replica> owners = new ArrayList<>();
        LongStream.range(0, KEYS).forEach(key -> owners.add(only(fleet, new Wish("m", key, true))));
        return owners;
    }

    private static Map<Replica, Long> owned(Fleet fleet) {
        Map<Replica, Long> owned = new HashMap<>();
        owners(fleet).forEach(owner -> owned.merge(owner, 1L, Long::sum));
        return owned;
    }

    private static double share(Fleet fleet, Replica replica) {
        return (double) owned(fleet).getOrDefault(replica, 0L) / KEYS;
    }
}
