package dev.millrace.worker.azure;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.identity.CredentialUnavailableException;
import dev.millrace.worker.http.TokenRefused;
import dev.millrace.worker.http.Tokens;
import dev.millrace.worker.transport.UpstreamFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tokens of Entra ID. One is fetched anew five minutes before it expires, or when Entra ID says,
/// on a thread of its own; calls wait only where there is none that is valid, all for the same one.
/// Thread-safe.
final class EntraTokens implements Tokens {
    private static final Logger log = LoggerFactory.getLogger(EntraTokens.class);

    private static final TokenRequestContext REQUEST =
            new TokenRequestContext().addScopes("https://cognitiveservices.azure.com/.default");

    /// As the Azure SDK has it.
    private static final Duration EARLY = Duration.ofMinutes(5);

    /// Between two fetches while there is a valid token; as the Azure SDK has it.
    private static final Duration SPACING = Duration.ofSeconds(30);

    /// A token may not expire on its way.
    private static final Duration MARGIN = Duration.ofSeconds(30);

    private static final Pattern ENTRA_CODE = Pattern.compile("AADSTS\\d+");
    private static final int DEEPEST = 8;

    private final Supplier<TokenCredential> source;
    private final InstantSource clock;
    private @Nullable TokenCredential credential;
    private @Nullable CompletableFuture<AccessToken> fetch;
    private volatile @Nullable AccessToken held;
    private volatile Instant refreshAt = Instant.MIN;

    /// @param source of the credential, asked once, on the thread that fetches the first token
    EntraTokens(Supplier<TokenCredential> source, InstantSource clock) {
        this.source = source;
        this.clock = clock;
    }

    @Override
    public Map<String, String> headers(Duration limit)
            throws TokenRefused, UpstreamFailure, InterruptedException {
        AccessToken token = held;
        Instant now = clock.instant();
        if (token == null || !now.isBefore(token.getExpiresAt().toInstant().minus(MARGIN))) {
            token = await(fetch(), limit);
        } else if (!now.isBefore(refreshAt)) {
            var _ = fetch();
        }
        return Map.of("authorization", "Bearer " + token.getToken());
    }

    /// The fetch that is under way, or a new one.
    private synchronized CompletableFuture<AccessToken> fetch() {
        CompletableFuture<AccessToken> under = fetch;
        if (under == null || under.isDone()) {
            CompletableFuture<AccessToken> begun = new CompletableFuture<>();
            refreshAt = clock.instant().plus(SPACING);
            Thread.ofVirtual().name("entra-token").start(() -> complete(begun));
            fetch = begun;
            return begun;
        }
        return under;
    }

    private void complete(CompletableFuture<AccessToken> begun) {
        try {
            if (credential == null) {
                credential = source.get();
            }
            AccessToken token = credential.getTokenSync(REQUEST);
            held = token;
            refreshAt = later(refresh(token), clock.instant().plus(SPACING));
            begun.complete(token);
        } catch (RuntimeException | LinkageError failure) {
            log.warn("event=token_refused source=entra reason=\"{}\"", reason(failure));
            begun.completeExceptionally(failure);
        }
    }

    private static AccessToken await(CompletableFuture<AccessToken> fetch, Duration limit)
            throws TokenRefused, UpstreamFailure, InterruptedException {
        try {
            return fetch.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new UpstreamFailure(
                    UpstreamFailure.Kind.TIMED_OUT, "no token of Entra ID's in time");
        } catch (ExecutionException failed) {
            Throwable failure = failed.getCause() == null ? failed : failed.getCause();
            if (isUnreachable(failure)) {
                throw new UpstreamFailure(
                        UpstreamFailure.Kind.NOT_REACHED, "Entra ID cannot be reached");
            }
            throw new TokenRefused("no token of Entra ID's: " + reason(failure));
        }
    }

    private static Instant refresh(AccessToken token) {
        OffsetDateTime told = token.getRefreshAt();
        return told == null ? token.getExpiresAt().toInstant().minus(EARLY) : told.toInstant();
    }

    /// Where no credential is configured, the SDK tries the address of the machine's own identity
    /// in vain: that is no outage.
    private static boolean isUnreachable(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof CredentialUnavailableException) {
                return false;
            }
            if (cause instanceof IOException) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /// The SDK's own words are pages; Entra ID's code says it.
    private static String reason(Throwable failure) {
        Matcher code = ENTRA_CODE.matcher(String.valueOf(failure.getMessage()));
        String kind = failure.getClass().getSimpleName();
        return code.find() ? kind + " " + code.group() : kind;
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
