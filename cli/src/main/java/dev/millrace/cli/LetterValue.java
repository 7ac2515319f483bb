package dev.millrace.cli;

import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.ReplyAddress;
import java.time.Instant;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/// What the record in a dead letter is.
sealed interface LetterValue {

    /// In a word or two, for a person.
    String type();

    /// A request, somewhere on its way.
    ///
    /// @param record all of it
    /// @param request the request in it
    /// @param deadline of the request; null leaves it to a default
    /// @param replyTo what a dispatch knows of its Kafka caller; null where the record's headers
    ///   are all there is, or nobody called over Kafka
    /// @param calls provider calls that the record tells of
    record OfRequest(
            SpecificRecord record,
            InferenceRequest request,
            @Nullable Instant deadline,
            @Nullable ReplyAddress replyTo,
            int calls)
            implements LetterValue {

        @Override
        public String type() {
            return record.getSchema().getName();
        }

        /// Whether nobody waits for the answer any more: HTTP callers are gone by now.
        boolean isForNobody() {
            return request.getIngressPartition() != null && !request.getKept();
        }
    }

    /// Another record of ours.
    record Other(SpecificRecord record) implements LetterValue {

        @Override
        public String type() {
            return record.getSchema().getName();
        }
    }

    /// None of our records.
    ///
    /// @param reason why it cannot be decoded
    record Undecodable(String reason) implements LetterValue {

        @Override
        public String type() {
            return "none of Millrace's records";
        }
    }

    /// Nothing: the record had no value, or it did not fit into the letter.
    record Missing() implements LetterValue {

        @Override
        public String type() {
            return "left out";
        }
    }
}
