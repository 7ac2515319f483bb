package dev.millrace.ingress.http;

import dev.millrace.configuration.Configuration;
import dev.millrace.configuration.Defaults;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.ingress.access.Caller;
import dev.millrace.ingress.access.KeyRing;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import dev.millrace.ingress.intake.Terms;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The configuration that this instance has applied. Until it has been read nobody is let in and
/// nobody is turned away: the answer is 503. Thread-safe.
public final class CurrentSettings {

    private final boolean anyone;
    private final byte[] secret;
    private volatile @Nullable Applied applied;

    /// @param anyone whether callers are let in while no tenant is configured
    /// @param secret random bytes of this process, for the look-up of keys
    public CurrentSettings(boolean anyone, byte[] secret) {
        this.anyone = anyone;
        this.secret = secret.clone();
    }

    /// Applies a version of the configuration.
    public void apply(Snapshot snapshot) {
        applied =
                new Applied(
                        snapshot.version(),
                        snapshot.configuration(),
                        new KeyRing(snapshot.configuration().tenants(), anyone, secret));
    }

    /// What is applied; empty before the configuration has been read.
    public Optional<Applied> now() {
        return Optional.ofNullable(applied);
    }

    Applied require() throws Refused {
        Applied now = applied;
        if (now == null) {
            throw new Refused(
                    Refusal.unavailable("The gateway has not read its configuration yet."));
        }
        return now;
    }

    /// One version of the configuration, applied.
    ///
    /// @param version 0 where none was ever published
    public record Applied(long version, Configuration configuration, KeyRing keys) {

        Caller caller(@Nullable String authorization) throws Refused {
            return keys.caller(authorization).orElseThrow(() -> new Refused(Refusal.invalidKey()));
        }

        Terms.Defaults defaults(Duration longestDeadline) {
            return new Terms.Defaults(
                    configuration.defaults().deadline(),
                    configuration.defaults().batchLane(),
                    longestDeadline,
                    Defaults.LONGEST_DEADLINE);
        }

        /// Checks the model that a request asks for, or the default one.
        void checkModel(Caller caller, @Nullable String asked) throws Refused {
            String model = asked == null ? configuration.defaults().model() : asked;
            if (model == null) {
                throw new Refused(
                        Refusal.invalid(
                                "model",
                                "missing_required_parameter",
                                "Missing required parameter: 'model'; no default model is"
                                        + " configured."));
            }
            if (!caller.mayUse(model)) {
                throw new Refused(Refusal.modelNotAllowed(model));
            }
        }
    }
}
