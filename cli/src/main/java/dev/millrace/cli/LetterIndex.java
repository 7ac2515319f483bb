package dev.millrace.cli;

import dev.millrace.schemas.Attempt;
import dev.millrace.schemas.DeadLetter;
import dev.millrace.schemas.DeadLetterResolution;
import dev.millrace.schemas.InferenceRequest;
import dev.millrace.topics.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

/// All dead letters, without their contents, and what became of them. Letters about the same record
/// are one, the first of them. For one thread.
final class LetterIndex {

    private final Map<Long, LetterEntry> entries = new TreeMap<>();
    private final Map<LetterPlace, Long> firsts = new HashMap<>();
    private final Map<Long, Long> twins = new HashMap<>();
    private final Map<UUID, Integer> redriven = new HashMap<>();
    private final Set<String> keyedByTenant;
    private int unreadable;

    LetterIndex(Topics topics) {
        keyedByTenant =
                Set.of(
                        topics.inferenceRequests().name(),
                        topics.reroutes().name(),
                        topics.attempts().name());
    }

    /// Takes a record of the topic; to be called in the topic's order.
    void add(long offset, DeadLetter letter, LetterValue value) {
        LetterPlace place =
                new LetterPlace(
                        letter.getTopic(),
                        letter.getPartition(),
                        letter.getOffset(),
                        letter.getTimestamp());
        Long resolves = letter.getResolves();
        if (resolves != null) {
            LetterEntry known = find(resolves).orElse(null);
            resolve(
                    known == null ? firsts.getOrDefault(place, resolves) : known.id(),
                    new LetterResolution(letter.getResolution(), letter.getFailedAt()));
            return;
        }
        Long first = place.isKnown() ? firsts.putIfAbsent(place, offset) : null;
        if (first != null) {
            twins.put(offset, first);
            return;
        }
        InferenceRequest request = value instanceof LetterValue.OfRequest of ? of.request() : null;
        entries.put(
                offset,
                new LetterEntry(
                        offset,
                        letter.getFailedAt(),
                        letter.getStage(),
                        letter.getReason(),
                        place,
                        tenant(letter, value),
                        request == null ? null : request.getRequestId(),
                        request == null ? 0 : request.getRedrive(),
                        letter.getInstance(),
                        !(value instanceof LetterValue.Missing),
                        null));
    }

    /// Takes note of a record that is no dead letter.
    void addUnreadable() {
        unreadable++;
    }

    int unreadable() {
        return unreadable;
    }

    /// The oldest first.
    List<LetterEntry> entries() {
        return List.copyOf(entries.values());
    }

    private Optional<LetterEntry> find(long id) {
        return Optional.ofNullable(entries.get(twins.getOrDefault(id, id)));
    }

    /// The letter of an id.
    ///
    /// @throws CommandFailure if there is none
    LetterEntry get(long id) {
        return find(id).orElseThrow(() -> CommandFailure.of("there is no dead letter " + id));
    }

    /// The letters of some ids, each once.
    ///
    /// @throws CommandFailure if there is none of one of them
    List<LetterEntry> get(List<Long> ids) {
        return ids.stream().map(id -> get(id.longValue())).distinct().toList();
    }

    /// Takes note of what became of a letter.
    void resolve(long id, LetterResolution how) {
        LetterEntry entry = entries.get(id);
        if (entry == null) {
            return;
        }
        entries.put(id, entry.resolved(how));
        UUID request = entry.requestId();
        if (request != null && how.kind() == DeadLetterResolution.REDRIVEN) {
            redriven.merge(request, 1, Integer::sum);
        }
    }

    /// The number of a request's next redrive: one more than any that it has had, also where
    /// letters were redriven again or are no longer kept. A number that was used would give
    /// dispatches that the workers pass over, because they know their ids.
    int nextRedrive(UUID request) {
        int lowest = letters(request).mapToInt(LetterEntry::redrive).min().orElse(0);
        int highest = letters(request).mapToInt(LetterEntry::redrive).max().orElse(0);
        return Math.max(highest, lowest + redriven.getOrDefault(request, 0)) + 1;
    }

    private Stream<LetterEntry> letters(UUID request) {
        return entries.values().stream().filter(entry -> request.equals(entry.requestId()));
    }

    private String tenant(DeadLetter letter, LetterValue value) {
        return switch (value) {
            case LetterValue.OfRequest of -> of.request().getTenant();
            case LetterValue.Other(Attempt attempt) -> attempt.getTenant();
            case LetterValue.Other _, LetterValue.Undecodable _, LetterValue.Missing _ ->
                    keyedByTenant.contains(letter.getTopic()) ? LetterHeaders.key(letter) : "";
        };
    }
}
