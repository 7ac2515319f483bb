package dev.millrace.ingress.intake;

import org.jspecify.annotations.Nullable;

/// What a request body says that the ingress needs to know.
///
/// @param model the name that the client asks for; null where it names none
/// @param stream whether the answer shall come in chunks
public record Asked(@Nullable String model, boolean stream) {}
