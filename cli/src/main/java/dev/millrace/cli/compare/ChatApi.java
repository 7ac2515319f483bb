package dev.millrace.cli.compare;

import tools.jackson.databind.node.ObjectNode;

/// Asks a model for one answer, and measures it. Threads may share it.
@FunctionalInterface
public interface ChatApi {

    /// Makes one call and returns when its answer is complete or it has failed.
    ///
    /// @param body the API's request
    Outcome call(ObjectNode body) throws InterruptedException;
}
