package dev.millrace.worker.provider;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.worker.secrets.SecretMissing;
import dev.millrace.worker.secrets.Secrets;
import java.util.Set;

/// Makes providers of some kinds. Thread-safe.
public interface ProviderFactory {

    /// The kinds that it makes.
    Set<ProviderKind> kinds();

    /// Makes a provider as configured.
    ///
    /// @param configured one of [#kinds()]
    /// @param secrets resolves the references in it
    /// @throws SecretMissing if a reference leads nowhere
    Provider create(dev.millrace.configuration.Provider configured, Secrets secrets)
            throws SecretMissing;
}
