package dev.millrace.ingress;

import dev.millrace.schemas.Completion;
import dev.millrace.schemas.Failure;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.KeptRequest;
import dev.millrace.schemas.RequestState;
import dev.millrace.schemas.Result;
import dev.millrace.topics.Topic;
import dev.millrace.topics.TopicFollower;
import dev.millrace.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Utils;

/// The outcome gate's side of an ingress's log: what it is told, and results as it writes them.
final class GateSide implements AutoCloseable {

    final BlockingQueue<Completion> events = new LinkedBlockingQueue<>();
    private final Rig rig;
    private final TopicFollower<Completion> follower;

    GateSide(Rig rig) {
        this.rig = rig;
        this.follower =
                TopicFollower.start(
                        rig.log,
                        rig.log.topics().completions(),
                        TopicFollower.From.BEGINNING,
                        Map.of(),
                        (key, event, offset, time) -> {
                            if (event != null) {
                                events.add(event);
                            }
                        });
    }

    Completion nextEvent() throws InterruptedException {
        Completion event = events.poll(10, TimeUnit.SECONDS);
        if (event == null) {
            throw new AssertionError("no event came");
        }
        return event;
    }

    void state(InferenceRequest request, RequestState state) {
        write(request, 0, result(request, state).build());
    }

    void completed(InferenceRequest request, int hop, String... parts) {
        for (int i = 1; i < parts.length; i++) {
            write(request, i, completion(request, hop, parts, i).build());
        }
        write(request, 0, completion(request, hop, parts, 0).build());
    }

    void failed(InferenceRequest request, int status, String code) {
        Failure failure = Script.failure(status, code, 5_000L, true);
        write(request, 0, result(request, RequestState.FAILED).setFailure(failure).build());
    }

    @Override
    public void close() {
        follower.close();
    }

    private static Result.Builder completion(
            InferenceRequest request, int hop, String[] parts, int part) {
        return result(request, RequestState.COMPLETED)
                .setHop(hop)
                .setFence(7)
                .setAttempt(1)
                .setPart(part)
                .setParts(parts.length)
                .setBody(ByteBuffer.wrap(parts[part].getBytes(StandardCharsets.UTF_8)))
                .setUsage(Script.USAGE)
                .setCost(Script.COST)
                .setCurrency("USD");
    }

    private static Result.Builder result(InferenceRequest request, RequestState state) {
        boolean ended =
                state != RequestState.QUEUED
                        && state != RequestState.DISPATCHED
                        && state != RequestState.RUNNING;
        Instant now = Instant.now();
        return Result.newBuilder()
                .setRequestId(request.getRequestId())
                .setTenant(request.getTenant())
                .setState(state)
                .setRequest(
                        KeptRequest.newBuilder()
                                .setOperation(request.getOperation())
                                .setStream(Script.text(request.getBody()).contains("\": true"))
                                .setCreatedAt(request.getCreatedAt())
                                .setDeadline(request.getDeadline())
                                .setBodyDigest(request.getBodyDigest())
                                .build())
                .setUpdatedAt(now)
                .setExpiresAt(ended ? now.plusSeconds(3600) : null)
                .setAttempts(1)
                .setProvider("acme-cloud")
                .setUpstreamModel("acme-large");
    }

    private void write(InferenceRequest request, int part, Result result) {
        Topic<Result> topic = rig.log.topics().results();
        byte[] key = request.getRequestId().toString().getBytes(StandardCharsets.UTF_8);
        int partition = Utils.toPositive(Utils.murmur2(key)) % topic.partitions();
        rig.other.sendTo(topic, partition, Topics.resultKey(request.getRequestId(), part), result);
    }
}
