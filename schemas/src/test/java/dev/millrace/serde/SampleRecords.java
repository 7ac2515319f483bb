package dev.millrace.serde;

import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.Reply;
import dev.millrace.schemas.ReplyKind;
import dev.millrace.schemas.Usage;
import dev.millrace.schemas.UsageSource;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/// Records with every kind of field, the same in every run.
final class SampleRecords {

    static final UUID ID = UUID.fromString("01920000-0000-7000-8000-000000000001");

    private SampleRecords() {}

    static InferenceRequest request() {
        return InferenceRequest.newBuilder()
                .setRequestId(ID)
                .setTenant("acme")
                .setKeyId("ci")
                .setOperation(Operation.CHAT_COMPLETION)
                .setBody(
                        ByteBuffer.wrap(
                                "{\"model\":\"assistant\"}".getBytes(StandardCharsets.UTF_8)))
                .setCreatedAt(Instant.ofEpochMilli(1_700_000_000_000L))
                .setDeadline(Instant.ofEpochMilli(1_700_000_300_000L))
                .setLabels(Map.of("team", "search"))
                .setIngressPartition(3)
                .build();
    }

    static Reply reply() {
        return Reply.newBuilder()
                .setRequestId(ID)
                .setHop(1)
                .setFence(7)
                .setAttempt(2)
                .setSequence(0)
                .setKind(ReplyKind.COMPLETED)
                .setBody(ByteBuffer.wrap("{}".getBytes(StandardCharsets.UTF_8)))
                .setUsage(
                        Usage.newBuilder()
                                .setInputTokens(12)
                                .setOutputTokens(34)
                                .setSource(UsageSource.PROVIDER)
                                .build())
                .setCost(new BigDecimal("0.000123456789"))
                .setCurrency("USD")
                .build();
    }
}
