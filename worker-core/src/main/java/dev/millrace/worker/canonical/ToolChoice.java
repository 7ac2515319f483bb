package dev.millrace.worker.canonical;

/// Which tools the model has to call.
public sealed interface ToolChoice {

    /// As it thinks best.
    record Auto() implements ToolChoice {}

    /// None.
    record None() implements ToolChoice {}

    /// At least one.
    record Required() implements ToolChoice {}

    /// This one.
    record Named(String name) implements ToolChoice {}
}
