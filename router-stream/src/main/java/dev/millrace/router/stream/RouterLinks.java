package dev.millrace.router.stream;

import dev.millrace.router.routing.RoutingTable;
import dev.millrace.router.wire.WireLinks;
import dev.millrace.schemas.InferenceRequest;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// What the router's topology is connected to.
///
/// @param wire what both topologies are connected to
/// @param table the routing table in force; may change between two records
/// @param cancelled whether the request or batch of an id was cancelled
/// @param maxBodyBytes the longest body that is routed
/// @param retryBudget provider calls beyond the first that a request may cost
public record RouterLinks(
        WireLinks wire,
        Supplier<RoutingTable> table,
        Predicate<String> cancelled,
        int maxBodyBytes,
        int retryBudget) {

    /// Whether the request, or the batch that it is a line of, was cancelled.
    boolean isCancelled(InferenceRequest request) {
        String batch = request.getBatchId();
        return cancelled.test(request.getRequestId().toString())
                || (batch != null && cancelled.test(batch));
    }
}
