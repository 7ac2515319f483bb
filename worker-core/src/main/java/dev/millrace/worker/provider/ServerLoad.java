package dev.millrace.worker.provider;

import org.jspecify.annotations.Nullable;

/// What a self-hosted server says of its load. Each number is null where the server does not tell
/// it.
///
/// @param running requests that it works on, whoever sent them; not negative
/// @param waiting requests that wait there for others to end; not negative
/// @param slots how many requests it works on at once; at least 1
/// @param kvCache how much of the cache of attention keys and values is in use, 0 to 1
/// @param gpuMemory how much of the GPUs' memory is in use, 0 to 1
public record ServerLoad(
        @Nullable Integer running,
        @Nullable Integer waiting,
        @Nullable Integer slots,
        @Nullable Double kvCache,
        @Nullable Double gpuMemory) {

    /// The server tells nothing.
    public static final ServerLoad UNKNOWN = new ServerLoad(null, null, null, null, null);

    public ServerLoad {
        atLeast(0, running, "running");
        atLeast(0, waiting, "waiting");
        atLeast(1, slots, "slots");
        share(kvCache, "KV cache");
        share(gpuMemory, "GPU memory");
    }

    /// What a server that tells of requests alone says.
    public static ServerLoad requests(
            @Nullable Integer running, @Nullable Integer waiting, @Nullable Integer slots) {
        return new ServerLoad(running, waiting, slots, null, null);
    }

    private static void atLeast(int least, @Nullable Integer number, String what) {
        if (number != null && number < least) {
            throw new IllegalArgumentException(what + ": " + number);
        }
    }

    private static void share(@Nullable Double share, String what) {
        if (share != null && !(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(what + ": " + share);
        }
    }
}
