package dev.millrace.worker.provider;

/// What is asked of a model.
public enum Operation {
    CHAT_COMPLETION,
    EMBEDDING
}
