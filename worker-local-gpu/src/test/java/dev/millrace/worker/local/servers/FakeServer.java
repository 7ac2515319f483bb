package dev.millrace.worker.local.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.Limits;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.ProviderKey;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.SecretReference;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.contract.ScriptedUpstream;
import dev.millrace.worker.local.LocalProviders;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.secrets.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A server of one kind that answers with goldens, each path as it was told, every other one with
/// 404; and the provider that speaks to it.
final class FakeServer implements AutoCloseable {
    private static final Timeouts USUAL =
            new Timeouts(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60));

    private final ScriptedUpstream upstream = new ScriptedUpstream();
    private final ProviderKind kind;
    private final Provider provider;

    FakeServer(ProviderKind kind) throws Exception {
        this(kind, USUAL, null);
    }

    FakeServer(ProviderKind kind, Timeouts timeouts, @Nullable Duration keepAlive)
            throws Exception {
        this.kind = kind;
        this.provider =
                new LocalProviders(InstantSource.system())
                        .create(
                                new dev.millrace.configuration.Provider(
                                        kind.spelling(),
                                        kind,
                                        upstream.baseUrl(),
                                        List.of(new ProviderKey(new SecretReference("${KEY}"))),
                                        Account.USUAL,
                                        Map.of(),
                                        Location.LOCAL,
                                        new Limits(8, null, null),
                                        false,
                                        timeouts,
                                        keepAlive,
                                        List.of()),
                                new Secrets(Map.of("KEY", "key-1")));
        upstream.otherwise(ScriptedUpstream.answer(404, "{\"detail\":\"Not Found\"}"));
        upstream.always("/v1/models", 200, golden("models.json"));
    }

    /// A path answers with a golden from now on.
    FakeServer answers(String path, String golden) {
        upstream.always(path, 200, golden(golden), "content-type: " + type(golden));
        return this;
    }

    FakeServer answers(String path, int status, String golden) {
        upstream.always(path, status, golden(golden));
        return this;
    }

    ScriptedUpstream upstream() {
        return upstream;
    }

    Provider provider() {
        return provider;
    }

    ProviderHealth.Ready ready() throws InterruptedException {
        ProviderHealth health = provider.probe();
        if (health instanceof ProviderHealth.Ready ready) {
            return ready;
        }
        throw new AssertionError("not ready: " + health);
    }

    Outcome call(String model) throws InterruptedException {
        return provider.attempt(
                new Call(
                        UUID.randomUUID(),
                        Operation.CHAT_COMPLETION,
                        model,
                        "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"stream\":true}"
                                .getBytes(UTF_8),
                        true,
                        7,
                        _ -> Optional.empty()),
                new Deadline(Instant.now().plusSeconds(3600), InstantSource.system()),
                _ -> {});
    }

    /// Paths of the requests so far, in order.
    List<String> asked() {
        return upstream.received().stream().map(ScriptedUpstream.Received::path).toList();
    }

    String golden(String name) {
        String path = "/servers/" + kind.spelling() + "/" + name;
        try (InputStream in = Objects.requireNonNull(getClass().getResourceAsStream(path), path)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        provider.close();
        upstream.close();
    }

    private static String type(String golden) {
        return golden.endsWith(".txt") ? "text/plain; version=0.0.4" : "application/json";
    }
}
