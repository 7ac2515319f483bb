package dev.millrace.ingress.http;

import dev.millrace.identity.Identity;
import dev.millrace.ingress.access.Caller;
import dev.millrace.ingress.answer.AcceptedRequest;
import dev.millrace.ingress.answer.AcceptedRequest.Keeping;
import dev.millrace.ingress.answer.AcceptedRequest.Operation;
import dev.millrace.ingress.answer.Answering;
import dev.millrace.ingress.answer.Facts;
import dev.millrace.ingress.answer.Step;
import dev.millrace.ingress.intake.Asked;
import dev.millrace.ingress.intake.HeapBudget;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import dev.millrace.ingress.intake.RequestHeaders;
import dev.millrace.ingress.intake.Terms;
import dev.millrace.ingress.json.RequestBody;
import dev.millrace.ingress.kept.KeptExchange;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/// `POST /v1/chat/completions` and `POST /v1/embeddings`: the request goes on the log, and the
/// replies come back to this connection, or are asked for later.
final class Completions {

    private static final Duration FOR_EVER = Duration.ofDays(30);

    private final CurrentSettings settings;
    private final BodyIntake intake;
    private final HeapBudget heap;
    private final Answers answers;

    Completions(CurrentSettings settings, BodyIntake intake, HeapBudget heap, Answers answers) {
        this.settings = settings;
        this.intake = intake;
        this.heap = heap;
        this.answers = answers;
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
                            applied.defaults(answers.longestDeadline()),
                            call.arrivedAt());
            identify(call, caller, terms, request);
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
        AcceptedRequest request = accept(call, operation, caller, terms, applied);
        if (terms.async()) {
            to.send(RequestObject.accepted(answers.later(request, call::releaseBody)));
            return;
        }
        try (Answering answering = answers.open(request, call::releaseBody)) {
            HttpHeaders headers = new HttpHeaders();
            if (answering instanceof KeptExchange kept && kept.replayed()) {
                headers.set("idempotent-replayed", "true");
            }
            switch (answering.next(FOR_EVER)) {
                case Step.Completed(var body, var facts) ->
                        complete(call, body, facts, headers, to);
                case Step.Chunks(var first, var facts) -> {
                    ResponseHeaders.add(headers, facts, call.age());
                    stream(call, answering, first, to.events(headers));
                }
                case Step.Failed(var refusal, var facts) ->
                        to.send(failure(call, refusal, facts, headers));
                case Step.Quiet _, Step.Reset _ ->
                        throw new IllegalStateException("nothing was shown");
            }
        }
    }

    private AcceptedRequest accept(
            Call call,
            Operation operation,
            Caller caller,
            Terms terms,
            CurrentSettings.Applied applied)
            throws Refused {
        byte[] body = call.takeBody();
        Asked asked = RequestBody.check(body, operation);
        applied.checkModel(caller, asked.model());
        if (terms.async() && asked.stream()) {
            throw new Refused(
                    Refusal.unsupported(
                            "stream", "A stream cannot be asked for with Prefer: respond-async."));
        }
        return new AcceptedRequest(
                call.id(),
                caller,
                operation,
                asked.stream(),
                ByteBuffer.wrap(body),
                terms,
                call.arrivedAt(),
                keeping(terms, body, applied));
    }

    private static @Nullable Keeping keeping(
            Terms terms, byte[] body, CurrentSettings.Applied applied) {
        boolean named = terms.idempotencyKey() != null;
        return named || terms.async()
                ? new Keeping(
                        !terms.async(),
                        named ? ByteBuffer.wrap(Sha256.of(body)) : null,
                        applied.configuration().defaults().resultRetention())
                : null;
    }

    /// The id of a request is what its idempotency key names, so that it is the same everywhere.
    private static void identify(Call call, Caller caller, Terms terms, ServerRequest request) {
        String key = terms.idempotencyKey();
        if (key != null) {
            call.identify(Identity.requestId(caller.tenant(), key));
            request.exchange().getResponse().getHeaders().set("x-request-id", call.id().toString());
        }
    }

    private static void complete(
            Call call, @Nullable ByteBuffer body, Facts facts, HttpHeaders headers, Responder to)
            throws InterruptedException {
        ResponseHeaders.add(headers, facts, call.age());
        if (body == null) {
            to.events(headers).done();
        } else {
            headers.set(HttpHeaders.CONTENT_TYPE, Answer.JSON);
            to.send(new Answer(200, headers, body));
        }
    }

    private void stream(Call call, Answering answering, ByteBuffer first, EventStream events)
            throws InterruptedException {
        events.chunks(first);
        while (true) {
            switch (answering.next(answers.comment())) {
                case Step.Chunks(var chunks, var facts) -> events.chunks(chunks);
                case Step.Quiet() -> events.comment();
                case Step.Reset _ -> events.reset();
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

    private static Answer failure(
            Call call, Refusal refusal, @Nullable Facts facts, HttpHeaders headers) {
        Answer answer = Answer.refusal(refusal, call.id());
        answer.headers().addAll(headers);
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
                headers.firstHeader("traceparent"),
                headers.firstHeader("x-millrace-resets"));
    }
}
