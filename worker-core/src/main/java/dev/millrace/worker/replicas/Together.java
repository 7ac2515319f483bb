package dev.millrace.worker.replicas;

import dev.millrace.worker.provider.ListedModel;
import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.provider.ServerLoad;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What several servers are as one.
final class Together {
    private Together() {}

    /// All their models, and the sum of their loads. A model of which the servers offer nothing in
    /// common is left out: none of its calls would fit wherever it goes.
    ///
    /// @param servers those that take calls, at least one
    static ProviderHealth.Ready of(List<ProviderHealth.Ready> servers) {
        Map<String, List<ListedModel>> models = new LinkedHashMap<>();
        for (ProviderHealth.Ready server : servers) {
            for (ListedModel model : server.models()) {
                models.computeIfAbsent(model.name(), _ -> new ArrayList<>()).add(model);
            }
        }
        return new ProviderHealth.Ready(
                models.values().stream().map(Together::all).flatMap(Optional::stream).toList(),
                load(servers.stream().map(ProviderHealth.Ready::load).toList()));
    }

    /// A call may go to any of them: it has to fit all.
    ///
    /// @return empty where nothing does
    private static Optional<ListedModel> all(List<ListedModel> listed) {
        Long context =
                listed.stream()
                        .map(ListedModel::contextWindow)
                        .filter(Objects::nonNull)
                        .min(Comparator.naturalOrder())
                        .orElse(null);
        List<List<String>> known =
                listed.stream()
                        .map(ListedModel::capabilities)
                        .filter(capabilities -> !capabilities.isEmpty())
                        .toList();
        String name = listed.getFirst().name();
        if (known.isEmpty()) {
            return Optional.of(new ListedModel(name, context, List.of()));
        }
        List<String> common =
                known.getFirst().stream()
                        .filter(capability ->
                                known.stream().allMatch(each -> each.contains(capability)))
                        .toList();
        return common.isEmpty()
                ? Optional.empty()
                : Optional.of(new ListedModel(name, context, common));
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
