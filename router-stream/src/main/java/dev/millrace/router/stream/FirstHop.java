package dev.millrace.router.stream;

import dev.millrace.configuration.Capability;
import dev.millrace.configuration.Defaults;
import dev.millrace.identity.Identity;
import dev.millrace.router.classification.BodyClassifier;
import dev.millrace.router.classification.MalformedBody;
import dev.millrace.router.routing.Needs;
import dev.millrace.router.routing.Refusal;
import dev.millrace.router.routing.Route;
import dev.millrace.router.routing.RoutingTable;
import dev.millrace.schemas.Candidate;
import dev.millrace.schemas.Classification;
import dev.millrace.schemas.Dispatch;
import dev.millrace.schemas.InferenceRequest;
import java.time.Instant;
import java.util.List;

/// Chooses the target that a request goes to first. Not thread-safe.
final class FirstHop {

    /// What is chosen.
    sealed interface Choice {

        /// None.
        record Refused(Refusal refusal) implements Choice {}

        /// The target of this dispatch.
        record Chosen(Dispatch dispatch) implements Choice {}
    }

    private final int maxBodyBytes;
    private final int retryBudget;
    private final BodyClassifier classifier = new BodyClassifier();

    /// @param maxBodyBytes the longest body that is routed
    /// @param retryBudget provider calls beyond the first that a request may cost
    FirstHop(int maxBodyBytes, int retryBudget) {
        this.maxBodyBytes = maxBodyBytes;
        this.retryBudget = retryBudget;
    }

    Choice of(Arrival arrival, RoutingTable table, Instant now) {
        InferenceRequest request = arrival.request();
        Instant deadline = arrival.deadline();
        Capability operation =
                switch (request.getOperation()) {
                    case CHAT_COMPLETION -> Capability.CHAT;
                    case EMBEDDING -> Capability.EMBEDDINGS;
                    case UNKNOWN -> null;
                };
        if (operation == null) {
            return malformed("the request names no operation", "operation");
        }
        if (!now.isBefore(deadline)) {
            return new Choice.Refused(
                    new Refusal.DeadlinePassed(
                            "the deadline passed before the request was routed"));
        }
        if (deadline.isAfter(now.plus(Defaults.LONGEST_DEADLINE))) {
            return malformed(
                    "the deadline lies more than "
                            + Defaults.LONGEST_DEADLINE.toDays()
                            + " days ahead",
                    "deadline");
        }
        int bytes = request.getBody().remaining();
        if (bytes > maxBodyBytes) {
            return new Choice.Refused(
                    new Refusal.TooLarge(
                            "the body has " + bytes + " bytes; the limit is " + maxBodyBytes));
        }
        try {
            Needs needs = classifier.classify(request.getBody(), operation);
            return switch (table.resolve(request.getTenant(), request.getRequestId(), needs)) {
                case Route.Refused refused -> new Choice.Refused(refused.refusal());
                case Route.Chosen chosen ->
                        new Choice.Chosen(dispatch(arrival, needs, chosen, table, now));
            };
        } catch (MalformedBody e) {
            return new Choice.Refused(new Refusal.Malformed(e.reason(), e.param()));
        }
    }

    private static Choice malformed(String message, String param) {
        return new Choice.Refused(new Refusal.Malformed(message, param));
    }

    private Dispatch dispatch(
            Arrival arrival, Needs needs, Route.Chosen chosen, RoutingTable table, Instant now) {
        InferenceRequest request = arrival.request();
        var first = chosen.candidates().getFirst();
        List<Candidate> left =
                chosen.candidates().stream()
                        .skip(1)
                        .map(one ->
                                Candidate.newBuilder()
                                        .setProvider(one.provider())
                                        .setModel(one.model())
                                        .build())
                        .toList();
        return Dispatch.newBuilder()
                .setDispatchId(Identity.dispatchId(request.getRequestId(), 0, request.getRedrive()))
                .setRequest(request)
                .setDeadline(arrival.deadline())
                .setHop(0)
                .setProvider(first.provider())
                .setUpstreamModel(first.model())
                .setReason(chosen.reason())
                .setCandidates(left)
                .setClassification(classification(needs, table))
                .setConfigVersion(table.configVersion())
                .setRetriesLeft(retryBudget)
                .setReplyTo(arrival.address())
                .setDispatchedAt(now)
                .build();
    }

    private static Classification classification(Needs needs, RoutingTable table) {
        String asked =
                needs.model() != null ? needs.model() : table.configuration().defaults().model();
        return Classification.newBuilder()
                .setAskedModel(asked == null ? "" : asked)
                .setStream(needs.stream())
                .setEstimatedPromptTokens(needs.promptTokens())
                .setMaxOutputTokens(needs.mostCompletionTokens())
                .setCapabilities(
                        needs.capabilities().stream().map(Capability::spelling).sorted().toList())
                .build();
    }
}
