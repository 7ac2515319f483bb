package dev.millrace.worker.http;

import dev.millrace.configuration.ProviderKey;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys of a provider. Calls are spread over them by weight; one that the provider refuses is
/// parked, and tried again later or when its file holds another. Thread-safe.
final class KeyRing {
    private static final Logger log = LoggerFactory.getLogger(KeyRing.class);

    /// How long a refused key rests. Accounts are topped up and keys enabled by people.
    static final Duration PARKED = Duration.ofMinutes(1);

    /// A key as it is now.
    static final class Key {
        private final ProviderKey configured;
        private String secret;
        private Map<String, String> headers;
        private Instant parkedUntil = Instant.MIN;
        private long credit;

        private Key(ProviderKey configured, String secret, Map<String, String> headers) {
            this.configured = configured;
            this.secret = secret;
            this.headers = headers;
        }
    }

    /// A key for one call.
    ///
    /// @param headers that carry it
    record Choice(@Nullable Key key, Map<String, String> headers) {}

    private static final Choice NO_KEY_NEEDED = new Choice(null, Map.of());

    private final String provider;
    private final Dialect dialect;
    private final Secrets secrets;
    private final Redaction redaction;
    private final InstantSource clock;
    private final List<Key> keys = new ArrayList<>();

    /// @param provider whose keys they are
    /// @param redaction learns every key
    /// @throws SecretMissing if not one of the keys is there
    KeyRing(
            String provider,
            List<ProviderKey> configured,
            Dialect dialect,
            Secrets secrets,
            Redaction redaction,
            InstantSource clock)
            throws SecretMissing {
        this.provider = provider;
        this.dialect = dialect;
        this.secrets = secrets;
        this.redaction = redaction;
        this.clock = clock;
        SecretMissing missing = null;
        for (ProviderKey key : configured) {
            try {
                String secret = secrets.resolve(key.reference());
                redaction.hide(secret);
                keys.add(new Key(key, secret, dialect.credential(secret)));
            } catch (SecretMissing e) {
                log.warn(
                        "event=credential_missing provider={} reason=\"{}\"",
                        provider,
                        e.getMessage());
                missing = e;
            }
        }
        if (missing != null && keys.isEmpty()) {
            throw missing;
        }
    }

    /// The key for the next call, in turn by weight; null if all of them are parked.
    synchronized @Nullable Choice next() {
        if (keys.isEmpty()) {
            return NO_KEY_NEEDED;
        }
        long total = 0;
        Key best = null;
        for (Key key : keys) {
            if (!isUsable(key)) {
                continue;
            }
            key.credit += key.configured.weight();
            total += key.configured.weight();
            if (best == null || key.credit > best.credit) {
                best = key;
            }
        }
        if (best == null) {
            return null;
        }
        best.credit -= total;
        return new Choice(best, best.headers);
    }

    /// The provider refused a call with this key.
    ///
    /// @return whether another key may be taken: one that is not parked, or this one, now that its
    ///   file holds another
    synchronized boolean refused(Choice choice) {
        Key key = choice.key();
        if (key == null) {
            return false;
        }
        boolean stale = choice.headers() != key.headers;
        if (!stale && !renewed(key)) {
            key.parkedUntil = clock.instant().plus(PARKED);
            log.warn(
                    "event=key_parked provider={} key={} seconds={}",
                    provider,
                    key.configured.reference().text(),
                    PARKED.toSeconds());
        }
        return keys.stream().anyMatch(this::isUsable);
    }

    /// The keys to ask after: those that are not parked, or all where every one is. Those in files
    /// are taken as the files have them now.
    synchronized List<Choice> toProbe() {
        if (keys.isEmpty()) {
            return List.of(NO_KEY_NEEDED);
        }
        keys.forEach(this::renewed);
        List<Key> wanted = keys.stream().filter(this::isUsable).toList();
        return (wanted.isEmpty() ? keys : wanted)
                .stream().map(key -> new Choice(key, key.headers)).toList();
    }

    /// The provider took this key.
    synchronized void taken(Choice choice) {
        Key key = choice.key();
        if (key != null && key.headers == choice.headers()) {
            key.parkedUntil = Instant.MIN;
        }
    }

    private boolean isUsable(Key key) {
        return !clock.instant().isBefore(key.parkedUntil);
    }

    /// Reads a key's file again.
    private boolean renewed(Key key) {
        if (!key.configured.reference().inFile()) {
            return false;
        }
        try {
            String secret = secrets.resolve(key.configured.reference());
            if (secret.equals(key.secret)) {
                return false;
            }
            redaction.hide(secret);
            key.secret = secret;
            key.headers = dialect.credential(secret);
            key.parkedUntil = Instant.MIN;
            log.info(
                    "event=key_renewed provider={} key={}",
                    provider,
                    key.configured.reference().text());
            return true;
        } catch (SecretMissing gone) {
            log.warn(
                    "event=credential_missing provider={} reason=\"{}\"",
                    provider,
                    gone.getMessage());
            return false;
        }
    }
}
