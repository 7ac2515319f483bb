package dev.millrace.worker.bedrock;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/// Starts calls so that a failure has one way to show: through the future. The SDK throws some at
/// once, for one when its client is closed.
final class Calls {
    private Calls() {}

    static <T> CompletableFuture<T> start(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (SdkException | IllegalStateException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }
}
