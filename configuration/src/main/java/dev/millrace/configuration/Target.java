package dev.millrace.configuration;

/// A model at a provider.
///
/// @param provider the provider's name
/// @param model the model's name there
/// @param weight its share among the targets of one model, at least 0
public record Target(String provider, String model, int weight) {

    public Target {
        if (weight < 0) {
            throw new IllegalArgumentException("weight must be at least 0, is " + weight);
        }
    }
}
