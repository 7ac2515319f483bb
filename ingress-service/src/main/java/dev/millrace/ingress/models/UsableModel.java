package dev.millrace.ingress.models;

import java.time.Instant;

/// A model that can be used now.
///
/// @param id what clients ask for
/// @param ownedBy the provider that would serve it
/// @param since from when it has been there, as far as is known
public record UsableModel(String id, String ownedBy, Instant since) {}
