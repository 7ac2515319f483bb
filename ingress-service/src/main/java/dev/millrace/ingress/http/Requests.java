package dev.millrace.ingress.http;

import dev.millrace.ingress.access.Caller;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import dev.millrace.ingress.kept.KeptRequests;
import dev.millrace.ingress.kept.KeptResult;
import dev.millrace.ingress.kept.KeptResults;
import dev.millrace.ingress.models.LiveServices;
import dev.millrace.ingress.models.ServiceInstance;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// `GET` and `DELETE /v1/requests/{id}`: where a request stands whose outcome is kept, its outcome,
/// and its end before its time.
final class Requests {

    /// A request that was accepted by another instance is known here a moment later.
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final CurrentSettings settings;
    private final KeptResults results;
    private final KeptRequests kept;
    private final LiveServices services;

    Requests(
            CurrentSettings settings,
            KeptResults results,
            KeptRequests kept,
            LiveServices services) {
        this.settings = settings;
        this.results = results;
        this.kept = kept;
        this.services = services;
    }

    /// Where a request stands.
    Answer show(@Nullable String authorization, String id) throws Refused, InterruptedException {
        return RequestObject.answer(200, find(authorization, id));
    }

    /// Ends a request as cancelled, unless it has ended, and answers where it stands then.
    Answer cancel(@Nullable String authorization, String id) throws Refused, InterruptedException {
        KeptResult found = find(authorization, id);
        if (found.state().terminal()) {
            return RequestObject.answer(200, found);
        }
        LinkedBlockingQueue<KeptResult> changes = new LinkedBlockingQueue<>();
        try (var _ = results.watch(found.id(), changes::add)) {
            kept.cancel(found);
            boolean ended = await(changes, change -> change.state().terminal());
            return RequestObject.answer(ended ? 200 : 202, results.read(found.id()).orElse(found));
        }
    }

    private KeptResult find(@Nullable String authorization, String id)
            throws Refused, InterruptedException {
        Caller caller = settings.require().caller(authorization);
        UUID requestId = parsed(id);
        LinkedBlockingQueue<KeptResult> changes = new LinkedBlockingQueue<>();
        try (var _ = results.watch(requestId, changes::add)) {
            Optional<KeptResult> found = results.read(requestId);
            if (found.isEmpty() && await(changes, change -> true)) {
                found = results.read(requestId);
            }
            if (found.isEmpty() && !results.caughtUp()) {
                throw new Refused(Refusal.unavailable("The results are still being read."));
            }
            if (found.isEmpty() && !services.has(ServiceInstance.Role.ROUTER)) {
                // It may be on the log, where nobody has looked at it yet.
                throw new Refused(
                        Refusal.unavailable("No router is running to tell where requests stand."));
            }
            return found.filter(result -> result.tenant().equals(caller.tenant()))
                    .orElseThrow(() -> new Refused(Refusal.noSuchRequest(requestId.toString())));
        }
    }

    private static boolean await(
            LinkedBlockingQueue<KeptResult> changes, Predicate<KeptResult> wanted)
            throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            KeptResult change = changes.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (change == null) {
                return false;
            }
            if (wanted.test(change)) {
                return true;
            }
        }
    }

    private static UUID parsed(String id) throws Refused {
        try {
            if (id.length() == 36) {
                return UUID.fromString(id);
            }
        } catch (IllegalArgumentException _) {
            // not an id, as one of the wrong length is not
        }
        throw new Refused(Refusal.invalid("id", "invalid_request_id", "A request's id is a UUID."));
    }
}
