package dev.millrace.worker.replicas;

import dev.millrace.worker.dialect.Opening;
import dev.millrace.worker.provider.Call;
import dev.millrace.worker.provider.Operation;
import java.util.OptionalLong;

/// What a call would have of the servers.
///
/// @param model that it is for
/// @param key by which servers are drawn: the same key prefers them in the same order
/// @param sticks whether the key is that of a conversation, whose earlier turns are in the cache of
///   the server that it prefers; otherwise the key is chance
record Wish(String model, long key, boolean sticks) {
    /// Some 250 tokens, which a GPU reads in less time than a moment's imbalance costs. A
    /// conversation that grows longer sticks from the turn on in which it does.
    private static final int SHORT = 1024;

    /// A chat of some length sticks to its conversation's server; everything else goes where least
    /// is under way.
    static Wish of(Call call) {
        boolean sticks =
                call.operation() == Operation.CHAT_COMPLETION && call.body().length >= SHORT;
        OptionalLong opening = sticks ? Opening.checksum(call.body()) : OptionalLong.empty();
        if (opening.isPresent()) {
            long model = call.model().hashCode();
            return new Wish(call.model(), model << 32 ^ opening.getAsLong(), true);
        }
        long chance =
                call.attemptId().getMostSignificantBits()
                        ^ call.attemptId().getLeastSignificantBits();
        return new Wish(call.model(), chance, false);
    }
}
