package dev.millrace.cli;

import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Reroute;
import dev.millrace.serde.RecordSerdes;
import java.nio.ByteBuffer;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/// Decodes what is in dead letters. For one thread.
final class LetterValues implements AutoCloseable {

    private final Deserializer<SpecificRecord> deserializer;

    LetterValues(RecordSerdes serdes) {
        deserializer = serdes.deserializer(SpecificRecord.class);
    }

    LetterValue read(DeadLetter letter) {
        ByteBuffer value = letter.getValue();
        if (value == null) {
            return new LetterValue.Missing();
        }
        SpecificRecord record;
        try {
            record = deserializer.deserialize(letter.getTopic(), bytes(value));
        } catch (SerializationException e) {
            return new LetterValue.Undecodable(String.valueOf(e.getMessage()));
        }
        return switch (record) {
            case InferenceRequest request ->
                    new LetterValue.OfRequest(request, request, request.getDeadline(), null, 0);
            case Dispatch dispatch -> of(record, dispatch, dispatch.getAttempts());
            case Reroute reroute -> of(record, reroute.getDispatch(), reroute.getAttempts());
            default -> new LetterValue.Other(record);
        };
    }

    @Override
    public void close() {
        deserializer.close();
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static LetterValue of(SpecificRecord record, Dispatch dispatch, int calls) {
        return new LetterValue.OfRequest(
                record,
                dispatch.getRequest(),
                dispatch.getDeadline(),
                dispatch.getReplyTo(),
                calls);
    }
}
