package dev.millrace.worker.kafka;

import dev.millrace.worker.provider.ListedModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a pool knows of its provider.
///
/// @param models those that it lists, or listed when it was last reached
/// @param error why it is not ready; null where it is, or is not known yet
record PoolHealth(State state, List<ListedModel> models, @Nullable String error) {

    enum State {
        UNKNOWN,
        READY,
        DOWN,
        CREDENTIAL_REFUSED
    }

    static final PoolHealth UNKNOWN = new PoolHealth(State.UNKNOWN, List.of(), null);

    PoolHealth {
        models = List.copyOf(models);
    }

    PoolHealth not(State state, String reason) {
        return new PoolHealth(state, models, reason);
    }
}
