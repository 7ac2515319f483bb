package dev.millrace.ingress.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HeapBudgetTest {

    private final HeapBudget budget = new HeapBudget(3 * HeapBudget.PER_REQUEST);

    @Test
    void what_exceeds_the_limit_is_refused_and_reserves_nothing() throws Refused {
        HeapBudget.Reservation reservation = budget.reserve();

        assertThatThrownBy(() -> reservation.grow(2 * HeapBudget.PER_REQUEST + 1))
                .isInstanceOf(Refused.class);
        assertThat(budget.reserved()).isEqualTo(HeapBudget.PER_REQUEST);
        reservation.grow(2 * HeapBudget.PER_REQUEST);
        assertThatThrownBy(budget::reserve).isInstanceOf(Refused.class);
    }

    @Test
    void the_body_is_given_back_before_the_rest() throws Refused {
        HeapBudget.Reservation reservation = budget.reserve();
        reservation.grow(1000);

        reservation.releaseBody();
        assertThat(budget.reserved()).isEqualTo(HeapBudget.PER_REQUEST);

        reservation.close();
        reservation.close();
        reservation.releaseBody();
        assertThat(budget.reserved()).isZero();
    }
}
