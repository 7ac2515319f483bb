package dev.millrace.worker.replicas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.Limits;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.SecretReference;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Pricing;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.provider.ProviderFactory;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ReplySink;
import dev.millrace.worker.provider.UpstreamTrace;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Several servers that cannot be reached, which takes a second each.
class ReplicatedProvidersTest implements ProviderFactory {
    private static final URI FIRST = URI.create("http://a:1/v1");
    private static final URI SECOND = URI.create("http://b:1/v1");
    private static final URI THIRD = URI.create("http://c:1/v1");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final List<URI> called = new ArrayList<>();
    private final List<URI> closed = new ArrayList<>();
    private final List<URI> withoutSecret = new ArrayList<>();

    @Test
    void each_server_is_tried_once() throws Exception {
        assertThat(call(Duration.ofSeconds(60))).isInstanceOf(Outcome.Unavailable.class);

        assertThat(called).containsExactlyInAnyOrder(FIRST, SECOND, THIRD);
    }

    @Test
    void no_server_is_tried_after_the_deadline() throws Exception {
        assertThat(call(Duration.ofSeconds(2))).isInstanceOf(Outcome.Unavailable.class);

        assertThat(called).hasSize(2);
    }

    @Test
    void every_server_is_closed_though_one_cannot_be() throws Exception {
        create().close();

        assertThat(closed).containsExactly(FIRST, SECOND, THIRD);
    }

    @Test
    void a_secret_that_is_missing_leaves_nothing_open() {
        withoutSecret.add(THIRD);

        assertThatThrownBy(this::create).isInstanceOf(SecretMissing.class);
        assertThat(closed).containsExactly(FIRST, SECOND);
    }

    @Test
    void a_provider_with_one_server_is_not_of_this_kind() {
        dev.millrace.configuration.Provider one =
                dev.millrace.configuration.Provider.of(
                        "one", ProviderKind.VLLM, FIRST, Location.LOCAL);

        assertThatThrownBy(() ->
                        new ReplicatedProviders(now::get).create(one, this, new Secrets(Map.of())))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Provider create() throws SecretMissing {
        return new ReplicatedProviders(now::get)
                .create(
                        new dev.millrace.configuration.Provider(
                                "rack",
                                ProviderKind.VLLM,
                                null,
                                List.of(),
                                Account.USUAL,
                                Map.of(),
                                Location.LOCAL,
                                Limits.DEFAULT,
                                false,
                                Timeouts.DEFAULT,
                                null,
                                List.of(FIRST, SECOND, THIRD)),
                        this,
                        new Secrets(Map.of()));
    }

    private Outcome call(Duration time) throws Exception {
        return create().attempt(
                        new Call(
                                new UUID(1, 2),
                                Operation.CHAT_COMPLETION,
                                "m",
                                "{}".getBytes(UTF_8),
                                false,
                                1,
                                Pricing.UNKNOWN),
                        new Deadline(now.get().plus(time), now::get),
                        _ -> {});
    }

    @Override
    public Set<ProviderKind> kinds() {
        return Set.of(ProviderKind.VLLM);
    }

    @Override
    public Provider create(dev.millrace.configuration.Provider configured, Secrets secrets)
            throws SecretMissing {
        URI address = Objects.requireNonNull(configured.baseUrl());
        if (withoutSecret.contains(address)) {
            var _ = secrets.resolve(SecretReference.environment("NOWHERE"));
        }
        return new Provider() {
            @Override
            public Outcome attempt(Call call, Deadline deadline, ReplySink replies) {
                called.add(address);
                now.updateAndGet(instant -> instant.plusSeconds(1));
                return new Outcome.Unavailable(
                        "connection refused", null, Progress.NONE, UpstreamTrace.SILENCE, false);
            }

            @Override
            public ProviderHealth probe() {
                return new ProviderHealth.Down("connection refused");
            }

            @Override
            public void close() {
                closed.add(address);
                throw new IllegalStateException("cannot be closed");
            }
        };
    }
}
