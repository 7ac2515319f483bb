package dev.millrace.worker.vertex;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.auth.RequestMetadataCallback;
import com.google.auth.Retryable;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import dev.millrace.worker.http.TokenRefused;
import dev.millrace.worker.http.Tokens;
import dev.millrace.worker.transport.UpstreamFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serial;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Google Cloud's tokens: of a service account's key, or else of the application default
/// credentials. Google's library keeps a token and renews it in its last minutes, here on threads
/// of their own, while calls go on with the old one. Thread-safe.
final class GoogleTokens implements Tokens {
    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
    private static final URI SERVICE = URI.create("https://aiplatform.googleapis.com/");

    private final @Nullable String key;
    private final Executor renewals =
            renewal -> Thread.ofVirtual().name("google-token").start(renewal);
    private CompletableFuture<GoogleCredentials> credentials;

    /// Fetches the first token while nobody waits for it.
    ///
    /// @param key a service account's JSON; null for the application default credentials
    GoogleTokens(@Nullable String key) {
        this.key = key;
        this.credentials = loading();
        var _ = credentials.thenCompose(this::fetched);
    }

    @Override
    public Map<String, String> headers(Duration limit)
            throws TokenRefused, UpstreamFailure, InterruptedException {
        CompletableFuture<Map<String, List<String>>> metadata =
                credentials().thenCompose(this::fetched);
        try {
            Map<String, String> headers = new HashMap<>();
            metadata.get(limit.toNanos(), TimeUnit.NANOSECONDS)
                    .forEach((name, values) -> headers.put(name, values.getFirst()));
            return headers;
        } catch (TimeoutException _) {
            throw new UpstreamFailure(UpstreamFailure.Kind.TIMED_OUT, "no token came");
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof NoCredentials none) {
                throw new TokenRefused(String.valueOf(none.getMessage()));
            }
            if (failed.getCause() instanceof Retryable answer && !answer.isRetryable()) {
                throw new TokenRefused("Google gives out no token for this credential");
            }
            throw new UpstreamFailure(
                    UpstreamFailure.Kind.NOT_REACHED, "no token could be fetched");
        }
    }

    /// Those that could not be read are looked for again.
    private synchronized CompletableFuture<GoogleCredentials> credentials() {
        if (credentials.isCompletedExceptionally()) {
            credentials = loading();
        }
        return credentials;
    }

    /// On another thread: whether this is a machine of Google's is found out over the network.
    private CompletableFuture<GoogleCredentials> loading() {
        return CompletableFuture.supplyAsync(this::read, renewals);
    }

    private GoogleCredentials read() {
        if (key == null) {
            try {
                return GoogleCredentials.getApplicationDefault().createScoped(SCOPE);
            } catch (IOException | RuntimeException _) {
                throw new NoCredentials("there are no application default credentials");
            }
        }
        try {
            // Trying again is the pool's.
            return ServiceAccountCredentials.fromStream(
                            new ByteArrayInputStream(key.getBytes(UTF_8)))
                    .createWithCustomRetryStrategy(false)
                    .createScoped(SCOPE);
        } catch (IOException | RuntimeException _) {
            throw new NoCredentials("the key is no service account's JSON");
        }
    }

    private CompletableFuture<Map<String, List<String>>> fetched(GoogleCredentials from) {
        CompletableFuture<Map<String, List<String>>> metadata = new CompletableFuture<>();
        from.getRequestMetadata(
                SERVICE,
                renewals,
                new RequestMetadataCallback() {
                    @Override
                    public void onSuccess(Map<String, List<String>> fetched) {
                        metadata.complete(fetched);
                    }

                    @Override
                    public void onFailure(Throwable failure) {
                        metadata.completeExceptionally(failure);
                    }
                });
        return metadata;
    }

    /// There is nothing to get a token for. The message quotes nothing of the key.
    private static final class NoCredentials extends RuntimeException {
        @Serial private static final long serialVersionUID = 1;

        NoCredentials(String message) {
            super(message, null, false, false);
        }
    }
}
