package dev.millrace.worker.provider;

/// Stands in for a provider that cannot be called at all, so that what was dispatched to it is
/// rerouted or refused and waits for nobody.
public final class UnusableProvider implements Provider {
    private final Outcome outcome;
    private final ProviderHealth health;

    private UnusableProvider(Outcome outcome, ProviderHealth health) {
        this.outcome = outcome;
        this.health = health;
    }

    /// A provider whose credential is not there.
    ///
    /// @param reason for operators; names the reference, not the secret
    public static UnusableProvider withoutCredential(String reason) {
        return new UnusableProvider(
                new Outcome.CredentialRefused(UpstreamTrace.SILENCE),
                new ProviderHealth.CredentialRefused(reason));
    }

    /// A provider that is neither configured nor found any more.
    public static UnusableProvider gone() {
        return new UnusableProvider(
                new Outcome.Unavailable(
                        "the provider is gone", null, Progress.NONE, UpstreamTrace.SILENCE),
                new ProviderHealth.Down("neither configured nor found"));
    }

    @Override
    public Outcome attempt(Call call, Deadline deadline, ReplySink replies) {
        return outcome;
    }

    @Override
    public ProviderHealth probe() {
        return health;
    }

    @Override
    public void close() {
        // Nothing is open.
    }
}
