package dev.millrace.worker.dialect;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.ErrorAnswer;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ReplySink;
import dev.millrace.worker.provider.TokenUsage;
import dev.millrace.worker.provider.UpstreamTrace;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import dev.millrace.worker.transport.UpstreamClient;
import dev.millrace.worker.transport.UpstreamFailure;
import dev.millrace.worker.transport.UpstreamFailure.Kind;
import dev.millrace.worker.transport.UpstreamResponse;
import dev.millrace.worker.transport.UpstreamSettings;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A provider that speaks OpenAI's dialect over HTTP. Thread-safe; one for each upstream.
public final class OpenAiDialect implements Provider {
    private static final String JSON = "application/json";
    private static final String EVENTS = "text/event-stream";
    private static final Duration ERROR_BODY = Duration.ofSeconds(5);

    /// A kept connection that the upstream was just closing breaks within a round trip: the
    /// upstream has not seen the request.
    private static final Duration STALE = Duration.ofMillis(250);

    /// For probes, and for connections that are only being closed.
    private static final int SPARE_CONNECTIONS = 8;

    private final UpstreamClient client;
    private final Timeouts timeouts;
    private final InstantSource clock;
    private final ErrorOutcomes errors;
    private final ModelsProbe probe;

    /// @param settings how to reach the upstream
    /// @param timeouts of each call
    /// @param secrets credentials that may stand in `settings` or in a client's sight, to be kept
    ///   out of errors
    public OpenAiDialect(
            UpstreamSettings settings,
            Timeouts timeouts,
            List<String> secrets,
            boolean mayNotList,
            InstantSource clock) {
        this.client = new UpstreamClient(settings);
        this.timeouts = timeouts;
        this.clock = clock;
        List<String> redacted = new ArrayList<>(secrets);
        redacted.add(settings.baseUrl().getHost());
        this.errors = new ErrorOutcomes(new Redaction(redacted));
        this.probe = new ModelsProbe(client, timeouts, mayNotList);
    }

    /// The dialect to an upstream as configured: its key as a bearer token, the headers of OpenAI's
    /// organisations and projects, and any others.
    ///
    /// @param idle how long an unused connection is kept
    /// @throws SecretMissing if the key or a header refers to a secret that is not there
    public static OpenAiDialect configured(
            dev.millrace.configuration.Provider configured,
            Secrets secrets,
            Duration idle,
            InstantSource clock)
            throws SecretMissing {
        Map<String, String> headers = new HashMap<>();
        List<String> hidden = new ArrayList<>();
        for (Map.Entry<String, String> header : configured.headers().entrySet()) {
            String value = secrets.valueOf(header.getValue());
            headers.put(header.getKey(), value);
            hidden.add(value);
        }
        if (configured.apiKey() != null) {
            String key = secrets.resolve(configured.apiKey());
            headers.put("authorization", "Bearer " + key);
            hidden.add(key);
        }
        if (configured.organization() != null) {
            headers.put("openai-organization", configured.organization());
        }
        if (configured.project() != null) {
            headers.put("openai-project", configured.project());
        }
        UpstreamSettings settings =
                new UpstreamSettings(
                        Objects.requireNonNull(configured.baseUrl(), "base URL"),
                        headers,
                        configured.timeouts().connect(),
                        configured.concurrency() + SPARE_CONNECTIONS,
                        idle,
                        UpstreamSettings.LARGEST_ANSWER);
        boolean mayNotList = configured.kind() == ProviderKind.OPENAI_COMPATIBLE;
        return new OpenAiDialect(settings, configured.timeouts(), hidden, mayNotList, clock);
    }

    @Override
    public Outcome attempt(Call call, Deadline deadline, ReplySink replies)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        RequestBody body;
        try {
            body = RequestBody.prepare(call.body(), call.model(), call.stream());
        } catch (RequestBody.Invalid invalid) {
            return new Outcome.Rejected(badRequest(invalid), UpstreamTrace.SILENCE);
        }
        CallTimer timer = new CallTimer(timeouts, deadline);
        CallTimer.Wait wait = call.stream() ? timer.firstContent() : timer.wholeAnswer();
        UpstreamResponse response;
        try {
            response = client.send(path(call), body.bytes(), headers(call), wait.length());
        } catch (InterruptedException _) {
            return new Outcome.Cancelled(unanswered(call), UpstreamTrace.SILENCE);
        } catch (UpstreamFailure failure) {
            return noAnswer(call, failure, wait, timer);
        }
        return read(call, body, timer, response, replies);
    }

    @Override
    public ProviderHealth probe() throws InterruptedException {
        return probe.ask();
    }

    @Override
    public void close() {
        client.close();
    }

    private Outcome read(
            Call call,
            RequestBody body,
            CallTimer timer,
            UpstreamResponse response,
            ReplySink replies) {
        UpstreamTrace trace = new UpstreamTrace(response.status(), response.header("x-request-id"));
        if (response.status() / 100 != 2) {
            return errors.of(
                    response.status(), errorBody(response), RetryAfter.of(response, clock), trace);
        }
        String type = response.header("content-type");
        if (call.stream() && type != null && type.contains(EVENTS)) {
            return new StreamedAnswer(call, body, trace, timer, errors, replies, clock)
                    .read(response);
        }
        return whole(call, body, timer, response, trace);
    }

    private Outcome whole(
            Call call,
            RequestBody request,
            CallTimer timer,
            UpstreamResponse response,
            UpstreamTrace trace) {
        CallTimer.Wait wait = timer.wholeAnswer();
        byte[] body;
        try {
            body = response.body(wait.length());
        } catch (InterruptedException _) {
            response.abort();
            return new Outcome.Cancelled(unanswered(call), trace);
        } catch (UpstreamFailure failure) {
            response.abort();
            return brokenOff(call, failure, wait, trace);
        }
        response.finish();
        Answer answer = Answer.read(body, call.operation());
        if (answer.error() && !answer.valid()) {
            return UpstreamError.in(body)
                    .map(error -> errors.inSuccess(error, Progress.NONE, trace))
                    .orElseGet(() -> new Outcome.Malformed("no answer", Progress.NONE, trace));
        }
        if (!answer.valid() || call.stream()) {
            return new Outcome.Malformed("not an answer in JSON", Progress.NONE, trace);
        }
        return completed(call, request, body, answer, trace);
    }

    private static Outcome completed(
            Call call, RequestBody request, byte[] body, Answer answer, UpstreamTrace trace) {
        UsageMember member =
                answer.usage() == null
                        ? null
                        : answer.usage().map(used -> request.billed(used, answer.serviceTier()));
        TokenUsage usage = member == null ? null : member.usage();
        if (usage == null) {
            TokenUsage estimate =
                    TokenUsage.estimate(
                            call.estimatedPromptTokens(),
                            call.operation() == Operation.EMBEDDING
                                    ? 0
                                    : TokenEstimate.tokens(call.model(), AnswerText.of(body)));
            usage = request.billed(estimate, answer.serviceTier());
        }
        Splice splice = new Splice(body);
        if (member != null) {
            member.addCost(splice, call.pricing());
        }
        return new Outcome.Completed(splice.result(), answer.finishReason(), usage, trace);
    }

    private Outcome noAnswer(
            Call call, UpstreamFailure failure, CallTimer.Wait wait, CallTimer timer) {
        boolean unseen =
                failure.kind() == Kind.NOT_REACHED
                        || (failure.kind() == Kind.BROKEN
                                && timer.sinceStart().compareTo(STALE) < 0);
        return unseen
                ? new Outcome.Unavailable(
                        reason(failure), null, Progress.NONE, UpstreamTrace.SILENCE)
                : brokenOff(call, failure, wait, UpstreamTrace.SILENCE);
    }

    private static Outcome brokenOff(
            Call call, UpstreamFailure failure, CallTimer.Wait wait, UpstreamTrace trace) {
        Progress progress = unanswered(call);
        return switch (failure.kind()) {
            case TIMED_OUT -> new Outcome.TimedOut(wait.limit(), progress, trace);
            case TOO_LARGE -> new Outcome.Malformed(reason(failure), progress, trace);
            case NOT_REACHED, BROKEN ->
                    new Outcome.Unavailable(reason(failure), null, progress, trace);
        };
    }

    /// Nothing came back of what was probably read.
    private static Progress unanswered(Call call) {
        return new Progress(false, TokenUsage.estimate(call.estimatedPromptTokens(), 0));
    }

    private static byte[] errorBody(UpstreamResponse response) {
        try {
            byte[] body = response.body(ERROR_BODY);
            response.finish();
            return body;
        } catch (UpstreamFailure _) {
            response.abort();
            return new byte[0];
        } catch (InterruptedException _) {
            response.abort();
            Thread.currentThread().interrupt();
            return new byte[0];
        }
    }

    private static ErrorAnswer badRequest(RequestBody.Invalid invalid) {
        return new ErrorAnswer(
                400, "invalid_request_error", null, reason(invalid), null, null, false);
    }

    private static String reason(Exception failure) {
        @Nullable String reason = failure.getMessage();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }

    private static String path(Call call) {
        return switch (call.operation()) {
            case CHAT_COMPLETION -> "/chat/completions";
            case EMBEDDING -> "/embeddings";
        };
    }

    private static Map<String, String> headers(Call call) {
        return Map.of(
                "accept",
                call.stream() ? EVENTS : JSON,
                "x-client-request-id",
                call.attemptId().toString());
    }
}
