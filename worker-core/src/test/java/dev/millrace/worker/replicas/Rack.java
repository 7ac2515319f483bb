package dev.millrace.worker.replicas;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.Limits;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.ProviderKey;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.SecretReference;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.dialect.OpenAiDialect;
import dev.millrace.worker.http.HttpKind;
import dev.millrace.worker.http.HttpProviders;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Pricing;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import dev.millrace.worker.transport.UpstreamSettings;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Providers with several servers for tests, made as the product makes them, and calls to them.
final class Rack {
    static final String KEY = "key-of-the-contract";
    static final Timeouts PATIENT =
            new Timeouts(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(60));

    private Rack() {}

    static Provider provider(ReplicatedProviders made, Timeouts timeouts, URI... servers)
            throws SecretMissing {
        return made.create(
                new dev.millrace.configuration.Provider(
                        "rack",
                        ProviderKind.OPENAI_COMPATIBLE,
                        null,
                        List.of(new ProviderKey(new SecretReference("${KEY}"))),
                        Account.USUAL,
                        Map.of(),
                        Location.LOCAL,
                        Limits.DEFAULT,
                        false,
                        timeouts,
                        null,
                        List.of(servers)),
                new HttpProviders(
                        Map.of(
                                ProviderKind.OPENAI_COMPATIBLE,
                                new HttpKind(
                                        configured -> OpenAiDialect.of(configured, true),
                                        UpstreamSettings.IDLE)),
                        InstantSource.system()),
                new Secrets(Map.of("KEY", KEY)));
    }

    /// A turn of a conversation that is long enough to stick.
    static String turn(int conversation, int turn) {
        return "{\"messages\":[{\"role\":\"user\",\"content\":\"%d %s\"}%s]}"
                .formatted(
                        conversation,
                        "once upon a time ".repeat(80),
                        ",{\"role\":\"assistant\",\"content\":\"and then\"},{\"role\":\"user\",\"content\":\"go on\"}"
                                .repeat(turn));
    }

    static Outcome chat(Provider provider, String body) throws InterruptedException {
        return chat(provider, "m", body);
    }

    static Outcome chat(Provider provider, String model, String body) throws InterruptedException {
        InstantSource clock = InstantSource.system();
        return provider.attempt(
                new Call(
                        UUID.randomUUID(),
                        Operation.CHAT_COMPLETION,
                        model,
                        body.getBytes(UTF_8),
                        false,
                        7,
                        Pricing.UNKNOWN),
                new Deadline(clock.instant().plusSeconds(60), clock),
                _ -> {});
    }
}
