package dev.millrace.ingress.models;

import org.jspecify.annotations.Nullable;

/// What a model server says of its own load; null what it does not say.
///
/// @param running requests that it works on, of all its clients
/// @param waiting requests that wait at it
/// @param slots how many requests it works on at once
/// @param kvCacheUse the part of its KV cache that is in use, 0 to 1
/// @param gpuMemoryUse the part of its GPUs' memory that is in use, 0 to 1
public record ServerLoad(
        @Nullable Long running,
        @Nullable Long waiting,
        @Nullable Long slots,
        @Nullable Double kvCacheUse,
        @Nullable Double gpuMemoryUse) {}
