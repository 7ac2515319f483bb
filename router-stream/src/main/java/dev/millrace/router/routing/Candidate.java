package dev.millrace.router.routing;

/// A target that may serve a request.
///
/// @param provider the provider's name
/// @param model the model's name there
public record Candidate(String provider, String model) {}
