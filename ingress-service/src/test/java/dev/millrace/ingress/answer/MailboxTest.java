package dev.millrace.ingress.answer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MailboxTest {

    private static final Facts FACTS = new Facts(null, null, null, null, 1, 0, 0, 0);

    private final Mailbox mailbox = new Mailbox(100);

    @Test
    void signals_come_out_in_their_order() throws Exception {
        mailbox.put(arrived(40));
        mailbox.put(new Signal.Stopping());

        assertThat(mailbox.take(Duration.ZERO)).isInstanceOf(Signal.Arrived.class);
        assertThat(mailbox.take(Duration.ZERO)).isInstanceOf(Signal.Stopping.class);
        assertThat(mailbox.take(Duration.ZERO)).isNull();
    }

    @Test
    void what_was_taken_makes_room() throws Exception {
        for (int i = 0; i < 10; i++) {
            mailbox.put(arrived(60));
            assertThat(mailbox.take(Duration.ZERO)).isInstanceOf(Signal.Arrived.class);
        }
    }

    @Test
    void more_than_the_client_takes_overflows_instead_of_filling_the_heap() throws Exception {
        mailbox.put(arrived(60));
        mailbox.put(arrived(60));

        assertThat(mailbox.take(Duration.ZERO)).isInstanceOf(Signal.Overflowed.class);
    }

    private static Signal arrived(int size) {
        return new Signal.Arrived(
                new ReplyPart(
                        new Rank(0, 1, 1),
                        0,
                        false,
                        new ReplyPart.Chunks(ByteBuffer.allocate(size)),
                        FACTS));
    }
}
