package dev.millrace.worker.window;

import dev.millrace.worker.provider.ServerLoad;

/// What a server's own numbers mean for the window before it.
///
/// A server with slots (llama.cpp) works on so many requests and lets the others wait, in the order
/// in which they came: the window is no wider than they are, so that requests wait in our queue,
/// where they keep their lanes, can be cancelled and can go elsewhere. A server that batches what
/// its memory takes (vLLM) tells by its queue when it has too much: its scheduler takes new
/// requests in between two steps, so that one or two that wait mean nothing, but more than that
/// wait for memory. A cache of keys and values that is nearly full means that it will soon stop
/// requests midway and compute them anew (preemption).
///
/// @param slots how many requests the server works on at once; 0 where it does not say
/// @param tooMuch whether it has more than it can work on
public record ServerPressure(int slots, boolean tooMuch) {
    /// Below this many nobody waits: they came since the server's last step.
    private static final int ARRIVING = 2;

    /// The same for a server that works on many at once: a tenth of them.
    private static final int ARRIVING_SHARE = 10;

    /// vLLM's scheduler stops requests midway when not one block is left, and every running request
    /// takes another block after 16 tokens.
    private static final double CACHE_FULL = 0.95;

    /// Judges what a look has found.
    public static ServerPressure of(ServerLoad load) {
        Integer slots = load.slots();
        return new ServerPressure(slots == null ? 0 : slots, isQueueing(load) || isFull(load));
    }

    private static boolean isQueueing(ServerLoad load) {
        Integer waiting = load.waiting();
        Integer running = load.running();
        int arriving = Math.max(ARRIVING, running == null ? 0 : running / ARRIVING_SHARE);
        return waiting != null && waiting > arriving;
    }

    private static boolean isFull(ServerLoad load) {
        Double cache = load.kvCache();
        return cache != null && cache > CACHE_FULL;
    }
}
