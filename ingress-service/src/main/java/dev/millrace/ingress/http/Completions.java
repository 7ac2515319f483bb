package dev.millrace.ingress.http;

import dev.millrace.ingress.access.Caller;
import dev.millrace.ingress.answer.AcceptedRequest;
import dev.millrace.ingress.answer.AcceptedRequest.Operation;
import dev.millrace.ingress.answer.Exchange;
import dev.millrace.ingress.answer.Facts;
import dev.millrace.ingress.answer.PendingAnswers;
import dev.millrace.ingress.answer.RequestLog;
import dev.millrace.ingress.answer.Step;
import dev.millrace.ingress.intake.Asked;
import dev.millrace.ingress.intake.HeapBudget;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import dev.millrace.ingress.intake.RequestHeaders;
import dev.millrace.ingress.intake.Terms;
import dev.millrace.ingress.json.RequestBody;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/// `POST /v1/chat/completions` and `POST /v1/embeddings`: the request goes on the log, and the
/// replies come back to this connection.
final class Completions {

    private static final Duration FOR_EVER = Duration.ofDays(30);

    private final CurrentSettings settings;
    private final BodyIntake intake;
    private final HeapBudget heap;
    private final RequestLog log;
    private final PendingAnswers pending;
    private final InstantSource clock;
    private final Timing timing;

    Completions(
            CurrentSettings settings,
            BodyIntake intake,
            HeapBudget heap,
            RequestLog log,
            PendingAnswers pending,
            InstantSource clock,
            Timing timing) {
        this.settings = settings;
        this.intake = intake;
        this.heap = heap;
        this.log = log;
        this.pending = pending;
        this.clock = clock;
        this.timing = timing;
    }

    /// Answers a request. What the headers alone can refuse is refused before the body is read.
    Mono<ServerResponse> handle(ServerRequest request, Operation operation) {
        Call call = Call.of(request);
        call.operation(
                switch (operation) {
                    case CHAT_COMPLETION -> "chat_completion";
                    case EMBEDDING -> "embedding";
                });
        try {
            ServerRequest.Headers headers = request.headers();
            CurrentSettings.Applied applied = settings.require();
            Caller caller = applied.caller(headers.firstHeader(HttpHeaders.AUTHORIZATION));
            Terms terms =
                    Terms.read(
                            requestHeaders(headers),
                            applied.defaults(timing.longestDeadline()),
                            call.arrivedAt());
            intake.checkHeaders(headers);
            HeapBudget.Reservation reservation = heap.reserve();
            call.hold(reservation);
            return intake.read(request, reservation)
                    .flatMap(body -> {
                        call.body(body);
                        return VirtualCalls.run(
                                call,
                                (same, to) -> answer(call, operation, caller, terms, applied, to));
                    });
        } catch (Refused e) {
            return intake.refuse(request, e);
        }
    }

    private void answer(
            Call call,
            Operation operation,
            Caller caller,
            Terms terms,
            CurrentSettings.Applied applied,
            Responder to)
            throws Refused, InterruptedException {
        try (Exchange exchange = open(call, operation, caller, terms, applied)) {
            switch (exchange.next(FOR_EVER)) {
                case Step.Completed(var body, var facts) -> complete(call, body, facts, to);
                case Step.Chunks(var first, var facts) -> {
                    HttpHeaders headers = new HttpHeaders();
                    ResponseHeaders.add(headers, facts, call.age());
                    stream(call, exchange, first, to.events(headers));
                }
                case Step.Failed(var refusal, var facts) -> to.send(failure(call, refusal, facts));
                case Step.Quiet() -> throw new Refused(Refusal.deadlineExceeded());
            }
        }
    }

    private Exchange open(
            Call call,
            Operation operation,
            Caller caller,
            Terms terms,
            CurrentSettings.Applied applied)
            throws Refused {
        byte[] body = call.takeBody();
        Asked asked = RequestBody.check(body, operation);
        applied.checkModel(caller, asked.model());
        AcceptedRequest request =
                new AcceptedRequest(
                        call.id(),
                        caller,
                        operation,
                        asked.stream(),
                        ByteBuffer.wrap(body),
                        terms,
                        clock.instant());
        return Exchange.open(request, log, pending, clock, timing.bounds(), call::releaseBody);
    }

    private static void complete(Call call, @Nullable ByteBuffer body, Facts facts, Responder to)
            throws InterruptedException {
        HttpHeaders headers = new HttpHeaders();
        ResponseHeaders.add(headers, facts, call.age());
        if (body == null) {
            to.events(headers).done();
        } else {
            headers.set(HttpHeaders.CONTENT_TYPE, Answer.JSON);
            to.send(new Answer(200, headers, body));
        }
    }

    private void stream(Call call, Exchange exchange, ByteBuffer first, EventStream events)
            throws InterruptedException {
        events.chunks(first);
        while (true) {
            switch (exchange.next(timing.comment())) {
                case Step.Chunks(var chunks, var facts) -> events.chunks(chunks);
                case Step.Quiet() -> events.comment();
                case Step.Completed(var body, var facts) -> {
                    events.done();
                    return;
                }
                case Step.Failed(var refusal, var facts) -> {
                    call.outcome(refusal.status());
                    events.fail(refusal);
                    return;
                }
            }
        }
    }

    private static Answer failure(Call call, Refusal refusal, @Nullable Facts facts) {
        Answer answer = Answer.refusal(refusal, call.id());
        if (facts != null) {
            ResponseHeaders.add(answer.headers(), facts, call.age());
        }
        return answer;
    }

    private static RequestHeaders requestHeaders(ServerRequest.Headers headers) {
        return new RequestHeaders(
                headers.firstHeader("x-millrace-deadline-ms"),
                headers.firstHeader("x-millrace-lane"),
                headers.firstHeader("x-millrace-labels"),
                headers.firstHeader("prefer"),
                headers.firstHeader("idempotency-key"),
                headers.firstHeader("traceparent"));
    }
}
