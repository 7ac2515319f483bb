package dev.millrace.worker.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.configuration.Account;
import dev.millrace.configuration.Limits;
import dev.millrace.configuration.Location;
import dev.millrace.configuration.ProviderKey;
import dev.millrace.configuration.ProviderKind;
import dev.millrace.configuration.SecretReference;
import dev.millrace.configuration.Timeouts;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Pricing;
import dev.millrace.worker.provider.Provider;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Providers for tests, made as the product makes them.
public final class Cloud {
    private Cloud() {}

    /// A provider with a key.
    public static Provider provider(
            ProviderKind kind, URI baseUrl, String key, Timeouts timeouts, InstantSource time)
            throws SecretMissing {
        return provider(kind, baseUrl, key, Account.USUAL, timeouts, time);
    }

    /// A provider with a key and an account.
    public static Provider provider(
            ProviderKind kind,
            URI baseUrl,
            String key,
            Account account,
            Timeouts timeouts,
            InstantSource time)
            throws SecretMissing {
        return new CloudProviders(time)
                .create(
                        new dev.millrace.configuration.Provider(
                                kind.spelling(),
                                kind,
                                baseUrl,
                                List.of(new ProviderKey(SecretReference.environment("KEY"))),
                                account,
                                Map.of(),
                                Location.CLOUD,
                                new Limits(8, null, null),
                                false,
                                timeouts),
                        new Secrets(Map.of("KEY", key)));
    }

    /// Asks for an answer that is not streamed.
    public static Outcome ask(Provider provider, String model, String body)
            throws InterruptedException {
        return ask(provider, Operation.CHAT_COMPLETION, model, body, false);
    }

    /// Asks for a stream.
    public static Outcome stream(Provider provider, String model, String body)
            throws InterruptedException {
        return ask(provider, Operation.CHAT_COMPLETION, model, body, true);
    }

    /// Asks for embeddings.
    public static Outcome embed(Provider provider, String model, String body)
            throws InterruptedException {
        return ask(provider, Operation.EMBEDDING, model, body, false);
    }

    /// Asks; what is streamed goes nowhere.
    public static Outcome ask(
            Provider provider, Operation operation, String model, String body, boolean stream)
            throws InterruptedException {
        InstantSource clock = InstantSource.system();
        return provider.attempt(
                new Call(
                        UUID.randomUUID(),
                        operation,
                        model,
                        body.getBytes(UTF_8),
                        stream,
                        1,
                        Pricing.UNKNOWN),
                new Deadline(clock.instant().plusSeconds(60), clock),
                _ -> {});
    }
}
