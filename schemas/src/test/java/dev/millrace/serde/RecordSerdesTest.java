package dev.millrace.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

class RecordSerdesTest {

    private final RecordSerdes serdes = RecordSerdes.builtIn();

    @Test
    void a_record_comes_back_as_it_was() {
        try (Serde<InferenceRequest> requests = serdes.serde(InferenceRequest.class);
                Serde<Reply> replies = serdes.serde(Reply.class)) {
            byte[] request = requests.serializer().serialize("any", SampleRecords.request());
            byte[] reply = replies.serializer().serialize("any", SampleRecords.reply());

            assertThat(requests.deserializer().deserialize("any", request))
                    .isEqualTo(SampleRecords.request());
            assertThat(replies.deserializer().deserialize("any", reply))
                    .isEqualTo(SampleRecords.reply());
        }
    }

    @Test
    void the_bytes_on_the_wire_are_those_of_the_release() throws IOException {
        byte[] bytes =
                serdes.<InferenceRequest>serializer().serialize("any", SampleRecords.request());

        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(golden("inference-request-v2.hex"));
    }

    @Test
    void what_an_earlier_release_wrote_is_read() throws IOException {
        try (Deserializer<InferenceRequest> deserializer =
                serdes.deserializer(InferenceRequest.class)) {
            byte[] first = HexFormat.of().parseHex(golden("inference-request-v1.hex"));

            assertThat(deserializer.deserialize("any", first)).isEqualTo(SampleRecords.request());
        }
    }

    @Test
    void the_wire_format_is_a_zero_byte_and_the_released_id() {
        byte[] bytes = serdes.<Reply>serializer().serialize("any", SampleRecords.reply());

        int id = ReleasedSchemas.catalogue().find(Reply.getClassSchema()).orElseThrow().id();
        assertThat(bytes[0]).isZero();
        assertThat(ByteBuffer.wrap(bytes, 1, 4).getInt()).isEqualTo(id);
    }

    @Test
    void bytes_that_are_no_record_are_refused_with_the_reason() {
        Deserializer<Reply> deserializer = serdes.deserializer(Reply.class);
        byte[] good = serdes.<Reply>serializer().serialize("any", SampleRecords.reply());
        byte[] truncated = Arrays.copyOf(good, good.length - 3);
        byte[] unknownId = good.clone();
        unknownId[1] = 0x7f;
        byte[] anotherRecord =
                serdes.<InferenceRequest>serializer().serialize("any", SampleRecords.request());

        assertThatThrownBy(() -> deserializer.deserialize("any", new byte[] {1, 2}))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("not in the Avro wire format");
        assertThatThrownBy(() -> deserializer.deserialize("any", truncated))
                .isInstanceOf(SerializationException.class);
        assertThatThrownBy(() -> deserializer.deserialize("any", unknownId))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("unknown schema id");
        assertThatThrownBy(() -> deserializer.deserialize("any", anotherRecord))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("expected a Reply, got");
    }

    @Test
    void a_serde_class_that_does_not_exist_is_named() {
        RecordSerdes wrong =
                RecordSerdes.configured(Map.of(RecordSerdes.SERIALIZER, "no.such.Serializer"));

        assertThatThrownBy(wrong::serializer).hasMessageContaining("no.such.Serializer");
    }

    private static String golden(String file) throws IOException {
        try (InputStream in = RecordSerdesTest.class.getResourceAsStream(file)) {
            assertThat(in).as(file).isNotNull();
            return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.US_ASCII)
                    .strip();
        }
    }
}
