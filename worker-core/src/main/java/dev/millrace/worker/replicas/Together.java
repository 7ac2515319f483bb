package dev.millrace.worker.replicas;

import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ServerLoad;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What several servers are as one.
final class Together {
    private Together() {}

    /// All their models, and the sum of their loads.
    ///
    /// @param servers those that take calls, at least one
    static ProviderHealth.Ready of(List<ProviderHealth.Ready> servers) {
        Map<String, ListedModel> models = new LinkedHashMap<>();
        for (ProviderHealth.Ready server : servers) {
            server.models().forEach(model -> models.merge(model.name(), model, Together::both));
        }
        return new ProviderHealth.Ready(
                List.copyOf(models.values()),
                load(servers.stream().map(ProviderHealth.Ready::load).toList()));
    }

    /// A call may go to either: it has to fit both.
    private static ListedModel both(ListedModel one, ListedModel other) {
        Long context =
                Stream.of(
                                Optional.ofNullable(one.contextWindow()),
                                Optional.ofNullable(other.contextWindow()))
                        .flatMap(Optional::stream)
                        .min(Comparator.naturalOrder())
                        .orElse(null);
        List<String> capabilities =
                one.capabilities().isEmpty()
                        ? other.capabilities()
                        : one.capabilities().stream()
                                .filter(capability ->
                                        other.capabilities().isEmpty()
                                                || other.capabilities().contains(capability))
                                .toList();
        return new ListedModel(one.name(), context, capabilities);
    }

    /// Slots are known where all servers tell them: the sum of some would keep calls from the
    /// others. Of caches and memory the fullest counts.
    private static ServerLoad load(List<ServerLoad> loads) {
        boolean allTellSlots = loads.stream().allMatch(load -> load.slots() != null);
        return new ServerLoad(
                sum(loads, ServerLoad::running),
                sum(loads, ServerLoad::waiting),
                allTellSlots ? sum(loads, ServerLoad::slots) : null,
                most(loads, ServerLoad::kvCache),
                most(loads, ServerLoad::gpuMemory));
    }

    private static @Nullable Integer sum(
            List<ServerLoad> loads, Function<ServerLoad, @Nullable Integer> number) {
        return loads.stream()
                .map(number)
                .filter(Objects::nonNull)
                .reduce(Integer::sum)
                .orElse(null);
    }

    private static @Nullable Double most(
            List<ServerLoad> loads, Function<ServerLoad, @Nullable Double> share) {
        return loads.stream().map(share).filter(Objects::nonNull).reduce(Double::max).orElse(null);
    }
}
