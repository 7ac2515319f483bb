package dev.millrace.faults.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.faults.load.Told.Kind;
import dev.millrace.faults.load.Told.Verdict;
import dev.millrace.faults.process.Role;
import dev.millrace.schemas.AttemptPhase;
import dev.millrace.schemas.ChargeKind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The auditor finds what it is there to find.
class RulesTest {

    private static final Instant NOON = Story.NOON;

    @Test
    void a_request_that_is_answered_and_charged_once_breaks_no_rule() {
        assertThat(Story.happy().broken()).isEmpty();
    }

    @Test
    void an_accepted_request_whose_client_hears_nothing_is_lost() {
        Story story = Story.happy();
        story.tell(Verdict.SILENCE);

        assertThat(story.broken()).contains("lost");
    }

    @Test
    void a_broken_connection_is_an_outcome_only_when_its_ingress_died() {
        Story story = Story.happy();
        story.tell(Verdict.BROKEN);
        assertThat(story.broken()).contains("lost");

        story.strike(Role.INGRESS, "ingress-b", NOON.plusSeconds(2));
        assertThat(story.broken()).contains("lost");

        story.strike(Role.INGRESS, "ingress-a", NOON.plusSeconds(2));
        assertThat(story.broken()).doesNotContain("lost");
    }

    @Test
    void a_client_that_asks_later_is_promised_an_outcome_from_its_202_on() {
        Story story = Story.happy();
        story.strike(Role.INGRESS, "ingress-a", NOON.plusSeconds(2));
        story.tell(Kind.ASYNC, Verdict.BROKEN, "ingress-a");
        assertThat(story.broken()).doesNotContain("lost");

        story.tell(Kind.ASYNC, Verdict.SILENCE, null);
        assertThat(story.broken()).contains("lost");
    }

    @Test
    void an_answer_to_a_request_that_is_not_on_the_log_is_a_false_accept() {
        Story story = Story.happy();
        story.evidence.requests.clear();

        assertThat(story.broken()).contains("false accept");
    }

    @Test
    void a_call_that_is_not_charged_or_charged_twice_is_found() {
        Story story = Story.happy();
        story.evidence.charges.clear();
        assertThat(story.broken()).contains("not charged once");

        UUID attempt = story.evidence.attempts.getFirst().value().getAttemptId();
        story.charge(attempt, ChargeKind.CHARGE);
        assertThat(story.broken()).doesNotContain("not charged once");

        story.charge(attempt, ChargeKind.CHARGE);
        assertThat(story.broken()).contains("not charged once");
    }

    @Test
    void a_call_without_a_start_on_the_log_is_found() {
        Story story = Story.happy();
        story.evidence.attempts.clear();

        assertThat(story.broken()).contains("call without a start on the log");
    }

    @Test
    void a_second_call_is_needless_unless_its_worker_was_struck() {
        Story story = Story.happy();
        UUID again = story.attempt("worker-b", NOON.plusSeconds(10), NOON.plusSeconds(11));
        story.charge(again, ChargeKind.CHARGE);
        story.sum(new BigDecimal(2), 2);
        assertThat(story.broken()).containsExactly("needless extra call");

        story.strike(Role.WORKER, "worker-a", NOON.plusSeconds(9));
        assertThat(story.broken()).as("its end was committed long before").isNotEmpty();

        story.strike(Role.WORKER, "worker-a", NOON.plusMillis(1_500));
        assertThat(story.broken()).doesNotContain("needless extra call");
    }

    @Test
    void a_start_whose_call_never_came_is_found_unless_its_worker_was_killed_then() {
        Story story = Story.happy();
        UUID open = UUID.randomUUID();
        story.record(open, AttemptPhase.STARTED, "worker-a", NOON.plusSeconds(5));
        story.charge(open, ChargeKind.CHARGE);
        story.sum(new BigDecimal(2), 2);
        assertThat(story.broken()).contains("start without a call");

        story.strike(Role.WORKER, "worker-a", NOON.plusMillis(5_010));
        assertThat(story.broken()).doesNotContain("start without a call");
    }

    @Test
    void sums_that_are_not_the_sums_of_the_charges_are_drift() {
        Story story = Story.happy();
        story.sum(new BigDecimal("1.000000000001"), 1);

        assertThat(story.broken()).containsExactly("drift between charges and costs");
    }
}
