package dev.millrace.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;

/// What is written is what Avro's own writer writes, byte by byte.
class BufferedWriterTest {

    private final DatumWriter<InferenceRequest> writer =
            new BufferedWriter<>(InferenceRequest.getClassSchema());

    @Test
    void short_and_long_records_in_turn_are_as_without_a_buffer() throws IOException {
        for (int size : new int[] {0, 10, 5_000, 200_000, 1, 70_000, 100}) {
            InferenceRequest request = request(size);
            assertThat(written(writer, request)).isEqualTo(plain(request));
        }
    }

    @Test
    void a_record_that_cannot_be_written_leaves_nothing_behind() throws IOException {
        DatumWriter<Object> any = new BufferedWriter<>(InferenceRequest.getClassSchema());
        InferenceRequest broken = request(100);
        // Behind others that were written already
        broken.put(broken.getSchema().getField("labels").pos(), null);
        assertThatThrownBy(() -> written(any, broken)).isInstanceOf(RuntimeException.class);

        assertThat(written(any, request(10))).isEqualTo(plain(request(10)));
    }

    @Test
    void threads_at_the_same_time_do_not_disturb_each_other() throws Exception {
        List<Callable<byte[]>> all =
                IntStream.range(0, 2_000)
                        .<Callable<byte[]>>mapToObj(i -> () -> written(writer, request(i)))
                        .toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<byte[]>> done = threads.invokeAll(all);
            for (int i = 0; i < done.size(); i++) {
                assertThat(done.get(i).get()).isEqualTo(plain(request(i)));
            }
        }
    }

    @Test
    void a_serde_that_is_set_to_json_writes_json() {
        RecordSerdes json =
                RecordSerdes.configured(Map.of("apicurio.registry.avro.encoding", "JSON"));
        try (Serde<Reply> replies = json.serde(Reply.class)) {
            byte[] reply = replies.serializer().serialize("any", SampleRecords.reply());

            assertThat(new String(reply, UTF_8)).contains("\"request_id\"");
            assertThat(replies.deserializer().deserialize("any", reply))
                    .isEqualTo(SampleRecords.reply());
        }
    }

    private static InferenceRequest request(int bodyBytes) {
        return InferenceRequest.newBuilder(SampleRecords.request())
                .setBody(ByteBuffer.allocate(bodyBytes))
                .build();
    }

    private static byte[] plain(InferenceRequest request) throws IOException {
        return written(new SpecificDatumWriter<>(InferenceRequest.getClassSchema()), request);
    }

    private static <D> byte[] written(DatumWriter<? super D> writer, D datum) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        Encoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        writer.write(datum, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }
}
