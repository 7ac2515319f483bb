package dev.millrace.worker.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CollectedChunksTest {
    private final CollectedChunks chunks = new CollectedChunks(4, 10);

    @Test
    void chunks_are_joined_and_cut_into_parts_of_a_records_size() {
        assertThat(chunks.add("ab".getBytes(UTF_8))).isTrue();
        assertThat(chunks.add("cdefgh".getBytes(UTF_8))).isTrue();
        assertThat(parts()).containsExactly("abcd", "efgh");

        assertThat(chunks.add("i".getBytes(UTF_8))).isTrue();
        assertThat(parts()).containsExactly("abcd", "efgh", "i");
    }

    @Test
    void nothing_is_one_empty_part() {
        assertThat(parts()).containsExactly("");
    }

    @Test
    void what_would_be_too_much_is_not_taken() {
        assertThat(chunks.add("0123456789".getBytes(UTF_8))).isTrue();
        assertThat(chunks.add("a".getBytes(UTF_8))).isFalse();
        assertThat(String.join("", parts())).isEqualTo("0123456789");

        chunks.clear();
        assertThat(chunks.add("a".getBytes(UTF_8))).isTrue();
        assertThat(parts()).containsExactly("a");
    }

    private List<String> parts() {
        return chunks.parts().stream().map(part -> UTF_8.decode(part).toString()).toList();
    }
}
