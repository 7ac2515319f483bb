package dev.millrace.ingress.kafka;

import dev.millrace.ingress.answer.AcceptedRequest;
import dev.millrace.ingress.answer.AcceptedRequest.Keeping;
import dev.millrace.ingress.kept.KeptResult;
import dev.millrace.schemas.Completion;
import dev.millrace.schemas.CompletionKind;
import dev.millrace.schemas.KeptRequest;
import dev.millrace.schemas.Operation;
import dev.millrace.schemas.RequestOutcome;
import java.time.Instant;
import java.util.UUID;

/// What the ingress tells the outcome gate.
final class CompletionRecords {

    private CompletionRecords() {}

    /// An asynchronous request was accepted. Its digest is the router's to tell, which decides
    /// between two bodies with the same key.
    static Completion accepted(AcceptedRequest request, Keeping keeping) {
        KeptRequest kept =
                KeptRequest.newBuilder()
                        .setKeyId(request.caller().keyId())
                        .setOperation(operation(request.operation()))
                        .setStream(request.stream())
                        .setCreatedAt(request.createdAt())
                        .setDeadline(request.terms().deadline())
                        .setRetentionMs(keeping.retention().toMillis())
                        .build();
        return event(request.id(), request.caller().tenant(), kept, request.createdAt())
                .setKind(CompletionKind.ACCEPTED)
                .build();
    }

    /// Somebody has asked to end a request.
    static Completion cancelled(KeptResult request, Instant now) {
        KeptResult.Asked asked = request.asked();
        KeptRequest kept =
                KeptRequest.newBuilder()
                        .setOperation(operation(asked.operation()))
                        .setStream(asked.stream())
                        .setCreatedAt(asked.createdAt())
                        .setDeadline(asked.deadline())
                        .setBodyDigest(asked.digest())
                        .build();
        return event(request.id(), request.tenant(), kept, now)
                .setKind(CompletionKind.TERMINAL)
                .setOutcome(RequestOutcome.CANCELLED)
                .setAttempts(request.facts().attempts())
                .build();
    }

    static Operation operation(AcceptedRequest.Operation operation) {
        return switch (operation) {
            case CHAT_COMPLETION -> Operation.CHAT_COMPLETION;
            case EMBEDDING -> Operation.EMBEDDING;
        };
    }

    private static Completion.Builder event(
            UUID id, String tenant, KeptRequest kept, Instant time) {
        return Completion.newBuilder()
                .setRequestId(id)
                .setTenant(tenant)
                .setRequest(kept)
                .setHop(0)
                .setFence(0)
                .setAttempt(0)
                .setPart(0)
                .setMore(false)
                .setOutcome(RequestOutcome.UNKNOWN)
                .setAttempts(0)
                .setCompletedAt(time);
    }
}
