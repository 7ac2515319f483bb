package dev.millrace.worker.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckedStreamTest {
    private static final String CHUNK =
            "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"one\"}}]}\n";

    private final List<String> sent = new ArrayList<>();
    private int came;

    @Test
    void what_is_held_back_goes_out_in_order_when_it_is_released() {
        CheckedStream stream = stream(true, 1_000);
        send(stream, CHUNK);
        send(stream, CHUNK.replace("one", "two"));
        assertThat(stream.isHeldBack()).isTrue();
        assertThat(sent).isEmpty();
        assertThat(came).isEqualTo(2);

        stream.release();

        assertThat(stream.isHeldBack()).isFalse();
        assertThat(sent).containsExactly(CHUNK, CHUNK.replace("one", "two"));
        assertThat(content(stream)).isEqualTo("onetwo");
    }

    @Test
    void one_that_is_longer_than_may_be_held_goes_out_as_it_comes() {
        CheckedStream stream = stream(true, CHUNK.length());
        send(stream, CHUNK);
        assertThat(sent).isEmpty();

        send(stream, CHUNK);
        assertThat(sent).hasSize(2);
        send(stream, CHUNK);
        assertThat(sent).hasSize(3);
        assertThat(stream.isHeldBack()).isFalse();
    }

    @Test
    void one_that_cannot_be_checked_goes_out_as_it_comes() {
        CheckedStream stream = stream(true, 1_000);
        send(stream, CHUNK);

        send(stream, "no JSON\n");

        assertThat(sent).hasSize(2);
        assertThat(stream.whole()).isEmpty();
    }

    @Test
    void one_that_is_not_held_back_goes_out_and_is_watched() {
        CheckedStream stream = stream(false, 1_000);

        send(stream, CHUNK);

        assertThat(sent).containsExactly(CHUNK);
        assertThat(content(stream)).isEqualTo("one");
    }

    private CheckedStream stream(boolean holding, int longest) {
        return new CheckedStream(
                chunks -> sent.add(new String(chunks, UTF_8)), () -> came++, holding, longest);
    }

    private static void send(CheckedStream stream, String chunk) {
        stream.send(chunk.getBytes(UTF_8));
    }

    private static String content(CheckedStream stream) {
        return stream.whole().orElseThrow().at("/choices/0/message/content").asString();
    }
}
