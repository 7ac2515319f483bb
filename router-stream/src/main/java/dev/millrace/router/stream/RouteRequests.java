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
import dev.millrace.schemas.ReplyAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Turns each inference request into a dispatch, a failed reply or a dead letter. Keeps no state:
/// the same record again gives a dispatch with the same id, which the worker knows.
final class RouteRequests implements Processor<String, byte[], String, Outgoing> {

    private static final String FORWARDED = "millrace-forwarded";

    private final RouterLinks links;
    private final BodyClassifier classifier = new BodyClassifier();
    private @Nullable Wire<InferenceRequest> wire;
    private @Nullable ProcessorContext<String, Outgoing> context;

    RouteRequests(RouterLinks links) {
        this.links = links;
    }

    @Override
    public void init(ProcessorContext<String, Outgoing> processorContext) {
        context = processorContext;
        wire = new Wire<>(links.topics().inferenceRequests(), links, processorContext);
    }

    @Override
    public void close() {
        Objects.requireNonNull(wire).close();
    }

    @Override
    public void process(Record<String, byte[]> record) {
        Wire<InferenceRequest> out = Objects.requireNonNull(wire);
        out.decode(record)
                .ifPresent(request -> {
                    if (isMisplaced(record, request.getTenant())) {
                        record.headers().add(FORWARDED, new byte[0]);
                        out.forwardTo(
                                links.topics().inferenceRequests(), request.getTenant(), record);
                    } else {
                        route(record, request, out);
                    }
                });
    }

    /// Whether the record's key is not its tenant, or its partition not that of the key: some
    /// clients hash with CRC32. Such a record is written again, once, before anything is decided.
    private boolean isMisplaced(Record<String, byte[]> record, String tenant) {
        if (record.headers().lastHeader(FORWARDED) != null) {
            return false;
        }
        if (!tenant.equals(record.key())) {
            return true;
        }
        int hash = Utils.toPositive(Utils.murmur2(tenant.getBytes(StandardCharsets.UTF_8)));
        int expected = hash % links.topics().inferenceRequests().partitions();
        return Objects.requireNonNull(context)
                .recordMetadata()
                .map(place -> place.partition() != expected)
                .orElse(false);
    }

    private void route(
            Record<String, byte[]> record, InferenceRequest request, Wire<InferenceRequest> out) {
        RoutingTable table = links.table().get();
        Defaults defaults = table.configuration().defaults();
        ReplyAddress address = null;
        if (request.getIngressPartition() == null) {
            address = CallerAddress.of(record.headers()).orElse(null);
            String unusable = unusable(address, defaults);
            if (unusable != null) {
                out.deadLetter(record, "router.reply-address", unusable);
                return;
            }
        }
        Instant deadline = request.getDeadline();
        if (deadline == null) {
            deadline = request.getCreatedAt().plus(defaults.deadline());
        }
        Decision decision = decide(request, deadline, table, out.now());
        switch (decision.route()) {
            case Route.Refused refused ->
                    out.fail(
                            record,
                            request.getRequestId(),
                            request.getIngressPartition(),
                            address,
                            Failures.of(refused.refusal()),
                            0,
                            0);
            case Route.Chosen chosen ->
                    out.dispatch(
                            record,
                            dispatch(
                                    request,
                                    deadline,
                                    address,
                                    Objects.requireNonNull(decision.needs()),
                                    chosen,
                                    table,
                                    out.now()));
        }
    }

    private record Decision(Route route, @Nullable Needs needs) {}

    private Decision decide(
            InferenceRequest request, Instant deadline, RoutingTable table, Instant now) {
        Capability operation =
                switch (request.getOperation()) {
                    case CHAT_COMPLETION -> Capability.CHAT;
                    case EMBEDDING -> Capability.EMBEDDINGS;
                    case UNKNOWN -> null;
                };
        if (operation == null) {
            return refuse(new Refusal.Malformed("the request names no operation", "operation"));
        }
        if (request.getKept()) {
            return refuse(new Refusal.Unsupported("kept outcomes are not supported yet"));
        }
        if (!now.isBefore(deadline)) {
            return refuse(
                    new Refusal.DeadlinePassed(
                            "the deadline passed before the request was routed"));
        }
        if (deadline.isAfter(now.plus(Defaults.LONGEST_DEADLINE))) {
            return refuse(
                    new Refusal.Malformed(
                            "the deadline lies more than "
                                    + Defaults.LONGEST_DEADLINE.toDays()
                                    + " days ahead",
                            "deadline"));
        }
        if (request.getBody().remaining() > links.maxBodyBytes()) {
            return refuse(
                    new Refusal.TooLarge(
                            "the body has "
                                    + request.getBody().remaining()
                                    + " bytes; the limit is "
                                    + links.maxBodyBytes()));
        }
        try {
            Needs needs = classifier.classify(request.getBody(), operation);
            return new Decision(
                    table.resolve(request.getTenant(), request.getRequestId(), needs), needs);
        } catch (MalformedBody e) {
            return refuse(new Refusal.Malformed(e.reason(), e.param()));
        }
    }

    private static Decision refuse(Refusal refusal) {
        return new Decision(new Route.Refused(refusal), null);
    }

    private @Nullable String unusable(@Nullable ReplyAddress address, Defaults defaults) {
        if (address == null) {
            return "nobody to reply to: the record has no header kafka_replyTopic";
        }
        String topic = address.getTopic();
        if (links.topics().isOurs(topic) || !topic.startsWith(defaults.replyTopicPrefix())) {
            return "the reply topic '"
                    + topic
                    + "' does not start with '"
                    + defaults.replyTopicPrefix()
                    + "'";
        }
        return null;
    }

    private Dispatch dispatch(
            InferenceRequest request,
            Instant deadline,
            @Nullable ReplyAddress address,
            Needs needs,
            Route.Chosen chosen,
            RoutingTable table,
            Instant now) {
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
                .setDispatchId(Identity.dispatchId(request.getRequestId(), 0))
                .setRequest(request)
                .setDeadline(deadline)
                .setHop(0)
                .setProvider(first.provider())
                .setUpstreamModel(first.model())
                .setReason(chosen.reason())
                .setCandidates(left)
                .setClassification(classification(needs, table))
                .setConfigVersion(table.configVersion())
                .setRetriesLeft(links.retryBudget())
                .setReplyTo(address)
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
                .setMaxOutputTokens(needs.maxOutputTokens())
                .setCapabilities(
                        needs.capabilities().stream().map(Capability::spelling).sorted().toList())
                .build();
    }
}
