package dev.millrace.worker.kafka;

import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ServerLoad;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a pool knows of its provider.
///
/// @param models those that it lists, or listed when it was last reached
/// @param error why it is not ready; null where it is, or is not known yet
/// @param load what its server said of itself at the last look
record PoolHealth(State state, List<ListedModel> models, @Nullable String error, ServerLoad load) {

    /// What a server lists beyond this is passed over: all of it goes into every heartbeat, which
    /// has to stay far below the size of a record.
    private static final int MOST_MODELS = 2_000;

    /// In characters; a longer name cannot be asked for.
    private static final int LONGEST_NAME = 256;

    enum State {
        UNKNOWN,
        READY,
        DOWN,
        CREDENTIAL_REFUSED
    }

    static final PoolHealth UNKNOWN =
            new PoolHealth(State.UNKNOWN, List.of(), null, ServerLoad.UNKNOWN);

    PoolHealth {
        models = List.copyOf(models);
    }

    PoolHealth not(State state, String reason) {
        return new PoolHealth(state, models, reason, ServerLoad.UNKNOWN);
    }

    static PoolHealth ready(ProviderHealth.Ready ready) {
        List<ListedModel> models =
                ready.models().stream()
                        .filter(model -> model.name().length() <= LONGEST_NAME)
                        .limit(MOST_MODELS)
                        .toList();
        return new PoolHealth(State.READY, models, null, ready.load());
    }

    /// Whether this says the same of everything but the load, which changes with every look.
    boolean isLike(PoolHealth other) {
        return state == other.state
                && models.equals(other.models)
                && Objects.equals(error, other.error);
    }
}
