package dev.millrace.router.outcome;

import dev.millrace.router.wire.Wire;
import dev.millrace.schemas.Completion;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyAddress;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.schemas.RequestState;
import dev.millrace.schemas.Result;
import dev.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Writes results, and the replies to Kafka callers. Not thread-safe.
final class ResultWriter {

    /// The body of an outcome, part by part.
    @FunctionalInterface
    interface Body {

        /// @param number from 0
        @Nullable ByteBuffer part(int number);
    }

    private final Wire<Completion> wire;

    ResultWriter(Wire<Completion> wire) {
        this.wire = wire;
    }

    /// Writes where a request stands.
    void write(Record<String, byte[]> cause, Result head) {
        write(cause, head.getRequestId(), 0, head);
    }

    /// Writes an outcome: the head last, so that whoever reads it has read the rest; and its one
    /// reply, if a Kafka caller waits.
    void write(Record<String, byte[]> cause, Result head, Body body) {
        for (int part = 1; part < head.getParts(); part++) {
            Result further =
                    Result.newBuilder()
                            .setRequestId(head.getRequestId())
                            .setTenant(head.getTenant())
                            .setState(head.getState())
                            .setRequest(head.getRequest())
                            .setUpdatedAt(head.getUpdatedAt())
                            .setExpiresAt(head.getExpiresAt())
                            .setPart(part)
                            .setParts(head.getParts())
                            .setBody(body.part(part))
                            .build();
            write(cause, head.getRequestId(), part, further);
        }
        Result first = Result.newBuilder(head).setBody(body.part(0)).build();
        write(cause, head.getRequestId(), 0, first);
        ReplyAddress address = head.getRequest().getReplyTo();
        if (address != null) {
            reply(cause, address, head, body);
        }
    }

    /// Removes what was written of an outcome: the head first, so that nobody takes the others for
    /// lost.
    void remove(Record<String, byte[]> cause, Result head) {
        write(cause, head.getRequestId(), 0, null);
        removeFurtherParts(cause, head);
    }

    /// Removes the parts of an outcome that has gone out of force.
    void removeFurtherParts(Record<String, byte[]> cause, Result head) {
        for (int part = 1; part < head.getParts(); part++) {
            write(cause, head.getRequestId(), part, null);
        }
    }

    private void write(
            Record<String, byte[]> cause, UUID request, int part, @Nullable SpecificRecord result) {
        Topics topics = wire.topics();
        byte[] id = Topics.resultKey(request, 0).getBytes(StandardCharsets.UTF_8);
        int partition = Utils.toPositive(Utils.murmur2(id)) % topics.results().partitions();
        wire.forward(
                cause, Topics.resultKey(request, part), topics.results().name(), partition, result);
    }

    private void reply(Record<String, byte[]> cause, ReplyAddress address, Result head, Body body) {
        if (wire.topics().isOurs(address.getTopic()) || !wire.reaches(address)) {
            wire.deadLetter(
                    cause,
                    "reply",
                    "the reply topic or its partition does not exist: " + address.getTopic());
            return;
        }
        if (head.getState() != RequestState.COMPLETED) {
            wire.reply(cause, address, reply(head, 0, ReplyKind.FAILED).build());
            return;
        }
        int last = head.getParts() - 1;
        for (int part = 0; part <= last; part++) {
            Reply.Builder reply =
                    reply(head, part, ReplyKind.COMPLETED)
                            .setBody(body.part(part))
                            .setMore(part < last);
            if (part == last) {
                reply.setFinishReason(head.getFinishReason())
                        .setUsage(head.getUsage())
                        .setCost(head.getCost())
                        .setCurrency(head.getCurrency());
            }
            wire.reply(cause, address, reply.build());
        }
    }

    private static Reply.Builder reply(Result head, int sequence, ReplyKind kind) {
        return Reply.newBuilder()
                .setRequestId(head.getRequestId())
                .setHop(head.getHop())
                .setFence(head.getFence())
                .setAttempt(head.getAttempt())
                .setSequence(sequence)
                .setKind(kind)
                .setFailure(head.getFailure())
                .setProvider(head.getProvider())
                .setUpstreamModel(head.getUpstreamModel())
                .setAttempts(head.getAttempts())
                .setQueueMs(head.getQueueMs())
                .setUpstreamMs(head.getUpstreamMs());
    }
}
