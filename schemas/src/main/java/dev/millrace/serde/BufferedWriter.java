package dev.millrace.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.Encoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.jspecify.annotations.Nullable;

/// Encodes a record into a buffer, and hands it on in one piece: the serde's binary encoder passes
/// every number and every string on to its stream by itself. Other encodings are written as they
/// are. Thread-safe.
///
/// @param <D> what is written
final class BufferedWriter<D> implements DatumWriter<D> {

    /// What one record at a time is encoded into.
    private static final class Buffer extends ByteArrayOutputStream {

        /// A buffer that has become longer is not kept.
        private static final int LONGEST = 64 * 1024;

        private final BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(this, null);

        private Buffer() {
            super(4 * 1024);
        }

        private boolean isShort() {
            return buf.length <= LONGEST;
        }

        private void writeTo(Encoder out) throws IOException {
            encoder.flush();
            out.writeFixed(buf, 0, count);
            reset();
        }
    }

    private final SpecificDatumWriter<D> writer;

    /// Whoever takes it out has it alone; others make one of their own meanwhile.
    private final AtomicReference<@Nullable Buffer> spare = new AtomicReference<>();

    BufferedWriter(Schema schema) {
        this.writer = new SpecificDatumWriter<>(schema);
    }

    @Override
    public void setSchema(Schema schema) {
        writer.setSchema(schema);
    }

    @Override
    public void write(D datum, Encoder out) throws IOException {
        if (!(out instanceof BinaryEncoder)) {
            writer.write(datum, out);
            return;
        }
        Buffer kept = spare.getAndSet(null);
        Buffer buffer = kept == null ? new Buffer() : kept;
        writer.write(datum, buffer.encoder);
        buffer.writeTo(out);
        if (buffer.isShort()) {
            spare.set(buffer);
        }
    }
}
