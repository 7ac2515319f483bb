package dev.millrace.worker.http;

import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.canonical.Unmappable;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ReplySink;
import dev.millrace.worker.provider.UpstreamTrace;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import dev.millrace.worker.transport.UpstreamClient;
import dev.millrace.worker.transport.UpstreamFailure;
import dev.millrace.worker.transport.UpstreamFailure.Kind;
import dev.millrace.worker.transport.UpstreamSettings;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A provider that is spoken to over HTTP in some dialect. Thread-safe; one for each upstream.
public final class HttpProvider implements Provider {
    private static final String JSON = "application/json";

    /// For probes, and for connections that are only being closed.
    private static final int SPARE_CONNECTIONS = 8;

    private final UpstreamClient client;
    private final Dialect dialect;
    private final @Nullable Tokens tokens;
    private final Timeouts timeouts;
    private final InstantSource clock;
    private final KeyRing keys;
    private final ErrorOutcomes errors;
    private final ServerLook server;
    private final ModelsProbe probe;

    private HttpProvider(
            UpstreamSettings settings,
            Dialect dialect,
            KeyRing keys,
            @Nullable Tokens tokens,
            Timeouts timeouts,
            Redaction redaction,
            InstantSource clock) {
        this.client = new UpstreamClient(settings);
        this.dialect = dialect;
        this.keys = keys;
        this.tokens = tokens;
        this.timeouts = timeouts;
        this.clock = clock;
        this.errors = new ErrorOutcomes(dialect, redaction);
        this.server = new ServerLook(dialect.server(), client, clock);
        this.probe = new ModelsProbe(client, dialect, keys, tokens, errors, timeouts, server);
    }

    /// A provider as configured: its keys as the dialect carries them, and any other headers.
    ///
    /// @param idle how long an unused connection is kept
    /// @throws SecretMissing if not one of the keys is there, or a header refers to a secret that
    ///   is not
    public static HttpProvider configured(
            dev.millrace.configuration.Provider configured,
            Dialect dialect,
            Secrets secrets,
            Duration idle,
            InstantSource clock)
            throws SecretMissing {
        Map<String, String> headers = new HashMap<>(dialect.headers());
        List<String> hidden = new ArrayList<>();
        for (Map.Entry<String, String> header : configured.headers().entrySet()) {
            String value = secrets.valueOf(header.getValue());
            headers.put(header.getKey(), value);
            hidden.add(value);
        }
        Tokens tokens = tokens(configured, dialect, secrets, hidden);
        URI baseUrl = configured.baseUrl() == null ? dialect.usualBaseUrl() : configured.baseUrl();
        UpstreamSettings settings =
                new UpstreamSettings(
                        dialect.root(Objects.requireNonNull(baseUrl, "base URL")),
                        headers,
                        configured.timeouts().connect(),
                        configured.limits().concurrency() + SPARE_CONNECTIONS,
                        idle,
                        UpstreamSettings.LARGEST_ANSWER);
        hidden.add(settings.baseUrl().getHost());
        if (configured.account().project() != null) {
            hidden.add(configured.account().project());
        }
        Redaction redaction = new Redaction(hidden);
        KeyRing keys =
                new KeyRing(
                        configured.name(),
                        tokens == null ? configured.keys() : List.of(),
                        dialect,
                        secrets,
                        redaction,
                        clock);
        return new HttpProvider(
                settings, dialect, keys, tokens, configured.timeouts(), redaction, clock);
    }

    /// The tokens that take the place of a key, if there are any. Several keys are keys.
    private static @Nullable Tokens tokens(
            dev.millrace.configuration.Provider configured,
            Dialect dialect,
            Secrets secrets,
            List<String> hidden)
            throws SecretMissing {
        if (configured.keys().size() > 1) {
            return null;
        }
        String key = null;
        if (configured.apiKey() != null) {
            key = secrets.resolve(configured.apiKey());
            hidden.add(key);
        }
        return dialect.tokens(key);
    }

    @Override
    public Outcome attempt(Call call, Deadline deadline, ReplySink replies)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        server.callBegins(call.model());
        try {
            boolean cold = server.isCold(call.model());
            CallTimer timer = new CallTimer(cold ? timeouts.whileLoading() : timeouts, deadline);
            return attempt(call, timer, replies);
        } finally {
            server.callEnds(call.model());
        }
    }

    private Outcome attempt(Call call, CallTimer timer, ReplySink replies)
            throws InterruptedException {
        Exchange exchange;
        try {
            exchange = dialect.exchange(call, timer.start());
        } catch (Unmappable unmappable) {
            return new Outcome.Rejected(unmappable.answer(), UpstreamTrace.SILENCE);
        }
        KeyRing.Choice key = keys.next();
        if (key == null) {
            return new Outcome.CredentialRefused(UpstreamTrace.SILENCE);
        }
        Map<String, String> headers = headers(call, exchange, key);
        Outcome without = addToken(headers, UpstreamCall.firstWait(call, timer));
        if (without != null) {
            return without;
        }
        Outcome outcome =
                new UpstreamCall(client, dialect, errors, clock, call, exchange, timer, replies)
                        .send(headers);
        return outcome instanceof Outcome.CredentialRefused refused
                ? new Outcome.CredentialRefused(
                        keys.refused(key), refused.progress(), refused.trace())
                : outcome;
    }

    @Override
    public ProviderHealth probe() throws InterruptedException {
        return probe.ask();
    }

    @Override
    public void close() {
        client.close();
    }

    /// Adds the token's headers, where there are tokens.
    ///
    /// @return how the call ends without a token, before it began; null where it has one
    private @Nullable Outcome addToken(Map<String, String> headers, CallTimer.Wait wait)
            throws InterruptedException {
        if (tokens == null) {
            return null;
        }
        try {
            headers.putAll(tokens.headers(wait.length()));
            return null;
        } catch (TokenRefused _) {
            return new Outcome.CredentialRefused(UpstreamTrace.SILENCE);
        } catch (UpstreamFailure failure) {
            return failure.kind() == Kind.TIMED_OUT
                    ? new Outcome.TimedOut(wait.limit(), Progress.NONE, UpstreamTrace.SILENCE)
                    : new Outcome.Unavailable(
                            UpstreamCall.reason(failure),
                            null,
                            Progress.NONE,
                            UpstreamTrace.SILENCE);
        }
    }

    private static Map<String, String> headers(Call call, Exchange exchange, KeyRing.Choice key) {
        Map<String, String> headers = new HashMap<>(key.headers());
        headers.putAll(exchange.headers());
        headers.put("accept", call.stream() ? UpstreamCall.EVENTS : JSON);
        headers.put("x-client-request-id", call.attemptId().toString());
        return headers;
    }
}
