package dev.millrace.worker.kafka;

import dev.millrace.configuration.Limits;
import dev.millrace.worker.provider.ServerLoad;
import java.time.Duration;
import java.time.Instant;

/// What a pool's polling thread is told by the threads that run its dispatches.
sealed interface PoolEvent {

    /// A call completed.
    ///
    /// @param latency until the first content of a stream, or until the whole answer
    record Succeeded(Instant startedAt, Duration latency, boolean stream) implements PoolEvent {}

    /// A call was throttled.
    ///
    /// @param retryAfter zero where the provider did not say
    record Throttled(TakenDispatch taken, Instant startedAt, Duration retryAfter)
            implements PoolEvent {}

    /// A dispatch needs no more work.
    record Done(DispatchRun run) implements PoolEvent {}

    /// A dispatch is left to the next owner of its partition.
    record Left(DispatchRun run) implements PoolEvent {}

    /// A dispatch waits for the provider's quota, or until the provider wants to be asked again.
    record Postponed(DispatchRun run, TakenDispatch again) implements PoolEvent {}

    /// A dispatch that was throttled waits for the window to open again.
    record PutOff(DispatchRun run, TakenDispatch again) implements PoolEvent {}

    /// The dead letter of an undecodable record stands on the log.
    record Buried(PartitionState state, long offset) implements PoolEvent {}

    /// The provider was reconfigured.
    record Reconfigured(Limits limits) implements PoolEvent {}

    /// The provider is another server now.
    record ServerChanged() implements PoolEvent {}

    /// The provider's server told its load.
    ///
    /// @param at when it was asked
    record LoadSeen(ServerLoad load, Instant at) implements PoolEvent {}
}
