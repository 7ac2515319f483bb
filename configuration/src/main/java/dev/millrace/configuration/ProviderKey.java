package dev.millrace.configuration;

/// One of a provider's keys.
///
/// @param reference where it is
/// @param weight its share of the calls, beside the other keys' weights; 1 to 1000
public record ProviderKey(SecretReference reference, int weight) {
    private static final int HEAVIEST = 1000;

    public ProviderKey {
        if (weight < 1 || weight > HEAVIEST) {
            throw new IllegalArgumentException(
                    "a weight is between 1 and " + HEAVIEST + ", not " + weight);
        }
    }

    /// The only key there is.
    public ProviderKey(SecretReference reference) {
        this(reference, 1);
    }
}
