package dev.millrace.router.stream;

import dev.millrace.configuration.Defaults;
import dev.millrace.router.routing.Refusal;
import dev.millrace.router.routing.RoutingTable;
import dev.millrace.router.stream.Claims.Standing;
import dev.millrace.router.wire.Outgoing;
import dev.millrace.router.wire.Wire;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.ReplyAddress;
import dev.millrace.schemas.RequestOutcome;
import dev.millrace.topics.Topic;
import dev.millrace.topology.Counters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/// Turns each inference request into a dispatch, a failed reply, an outcome that is kept, or a dead
/// letter. The same record again gives a dispatch with the same id, which the worker knows. Only a
/// request with an idempotency key leaves something behind here: its claim.
final class RouteRequests implements Processor<String, byte[], String, Outgoing> {

    private static final String FORWARDED = "millrace-forwarded";
    private static final Duration TICK = Duration.ofSeconds(1);

    /// How many claims are forgotten in one go, so that no request waits for it.
    private static final int BATCH = 1_000;

    /// What is counted.
    private enum Event {
        /// A record asked for what another had asked for with the same idempotency key.
        JOINED,
        /// An idempotency key came with another body.
        CONFLICT
    }

    private final RouterLinks links;
    private @Nullable Desk desk;

    RouteRequests(RouterLinks links) {
        this.links = links;
    }

    @Override
    public void init(ProcessorContext<String, Outgoing> context) {
        Desk opened = new Desk(context);
        desk = opened;
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, time -> opened.tick());
    }

    @Override
    public void process(Record<String, byte[]> record) {
        Objects.requireNonNull(desk).take(record);
    }

    @Override
    public void close() {
        if (desk != null) {
            desk.close();
        }
    }

    /// All that belongs to one partition. It is made anew when the partition starts again after an
    /// error.
    private final class Desk {

        private final ProcessorContext<String, Outgoing> context;
        private final Wire<InferenceRequest> wire;
        private final Decisions decisions;
        private final Claims claims;
        private final FirstHop firstHop = new FirstHop(links.maxBodyBytes(), links.retryBudget());
        private final Counters<Event> counters;

        Desk(ProcessorContext<String, Outgoing> context) {
            this.context = context;
            this.wire =
                    new Wire<>(
                            "router",
                            links.wire().topics().inferenceRequests(),
                            links.wire(),
                            context);
            this.decisions = new Decisions(wire);
            this.claims = new Claims(context.getStateStore(Claims.STORE));
            this.counters = new Counters<>(context, "router", Event.class);
        }

        void take(Record<String, byte[]> record) {
            wire.decode(record)
                    .ifPresent(request -> {
                        if (isMisplaced(record, request.getTenant())) {
                            record.headers().add(FORWARDED, new byte[0]);
                            wire.forwardAsItCame(
                                    record, request.getTenant(), wire.topics().inferenceRequests());
                        } else {
                            arrive(record, request);
                        }
                    });
        }

        void tick() {
            claims.forgetExpired(wire.now(), BATCH);
        }

        void close() {
            wire.close();
            counters.close();
        }

        /// Whether the record's key is not its tenant, or its partition not that of the key: some
        /// clients hash with CRC32. Such a record is written again, once, before anything is
        /// decided.
        private boolean isMisplaced(Record<String, byte[]> record, String tenant) {
            if (record.headers().lastHeader(FORWARDED) != null) {
                return false;
            }
            if (!tenant.equals(record.key())) {
                return true;
            }
            Topic<InferenceRequest> topic = wire.topics().inferenceRequests();
            int hash = Utils.toPositive(Utils.murmur2(tenant.getBytes(StandardCharsets.UTF_8)));
            int expected = hash % topic.partitions();
            return context.recordMetadata()
                    .map(place -> place.partition() != expected)
                    .orElse(false);
        }

        private void arrive(Record<String, byte[]> record, InferenceRequest request) {
            RoutingTable table = links.table().get();
            Defaults defaults = table.configuration().defaults();
            ReplyAddress address = null;
            if (request.getIngressPartition() == null) {
                address = CallerAddress.of(record.headers()).orElse(null);
                String unusable = unusable(address, request, defaults);
                if (unusable != null) {
                    wire.deadLetter(record, "reply-address", unusable);
                    return;
                }
            }
            Instant deadline = request.getDeadline();
            if (deadline == null) {
                deadline = request.getCreatedAt().plus(defaults.deadline());
            }
            Arrival arrival = new Arrival(record, request, deadline, address);
            Instant now = wire.now();
            Claim claim = claim(request, now);
            Standing standing =
                    claim == null
                            ? Standing.FREE
                            : claims.standing(request.getRequestId(), claim, now);
            switch (standing) {
                case FREE -> route(arrival, table, now, claim, false);
                case OWN -> route(arrival, table, now, null, true);
                case DUPLICATE -> counters.count(Event.JOINED);
                case CONFLICT -> {
                    counters.count(Event.CONFLICT);
                    fail(
                            arrival,
                            new Refusal.Conflict(
                                    "the idempotency key was used with another request body"));
                }
            }
        }

        private @Nullable Claim claim(InferenceRequest request, Instant now) {
            ByteBuffer digest = request.getBodyDigest();
            return request.getKept() && digest != null
                    ? Claim.of(request, digest, context.recordMetadata().orElseThrow(), now)
                    : null;
        }

        /// @param claim to be made if something of the request is kept; null where there is none
        /// @param again whether this very record was taken before
        private void route(
                Arrival arrival,
                RoutingTable table,
                Instant now,
                @Nullable Claim claim,
                boolean again) {
            FirstHop.Choice choice =
                    links.isCancelled(arrival.request())
                            ? new FirstHop.Choice.Refused(
                                    new Refusal.Cancelled("The request was cancelled."))
                            : firstHop.of(arrival, table, now);
            switch (choice) {
                case FirstHop.Choice.Refused refused ->
                        refuse(arrival, refused.refusal(), now, claim, again);
                case FirstHop.Choice.Chosen chosen -> {
                    take(arrival, claim);
                    decisions.dispatch(arrival.record(), chosen.dispatch());
                }
            }
        }

        /// The ingress that waits is answered, and nothing is kept of a request that nothing was
        /// done for. Otherwise the refusal is the outcome, and the idempotency key is claimed for
        /// it: a later dispatch could not have another one.
        private void refuse(
                Arrival arrival,
                Refusal refusal,
                Instant now,
                @Nullable Claim claim,
                boolean again) {
            InferenceRequest request = arrival.request();
            boolean isKept =
                    request.getKept()
                            && (request.getIngressPartition() == null
                                    || refusal instanceof Refusal.Cancelled
                                    || again);
            if (!isKept) {
                fail(arrival, refusal);
                return;
            }
            take(arrival, claim);
            decisions.tell(
                    arrival.record(),
                    KeptEvents.refused(
                            request,
                            arrival.deadline(),
                            arrival.address(),
                            outcome(refusal),
                            Failures.of(refusal),
                            now));
        }

        private void fail(Arrival arrival, Refusal refusal) {
            Failure failure = Failures.of(refusal);
            decisions.fail(arrival.record(), arrival.request(), arrival.address(), failure, 0, 0);
        }

        private void take(Arrival arrival, @Nullable Claim claim) {
            if (claim != null) {
                claims.take(arrival.request().getRequestId(), claim);
            }
        }

        private @Nullable String unusable(
                @Nullable ReplyAddress address, InferenceRequest request, Defaults defaults) {
            if (address == null) {
                return request.getKept()
                        ? null
                        : "nobody to reply to: the record has no header kafka_replyTopic";
            }
            String topic = address.getTopic();
            String prefix = defaults.replyTopicPrefix();
            return wire.topics().isOurs(topic) || !topic.startsWith(prefix)
                    ? "the reply topic '" + topic + "' does not start with '" + prefix + "'"
                    : null;
        }
    }

    private static RequestOutcome outcome(Refusal refusal) {
        return switch (refusal) {
            case Refusal.Cancelled _ -> RequestOutcome.CANCELLED;
            case Refusal.DeadlinePassed _ -> RequestOutcome.EXPIRED;
            case Refusal.Malformed _,
                    Refusal.TooLarge _,
                    Refusal.ModelNotFound _,
                    Refusal.ModelNotAllowed _,
                    Refusal.CapabilityMissing _,
                    Refusal.ContextTooLong _,
                    Refusal.Conflict _,
                    Refusal.NoRoute _ ->
                    RequestOutcome.FAILED;
        };
    }
}
