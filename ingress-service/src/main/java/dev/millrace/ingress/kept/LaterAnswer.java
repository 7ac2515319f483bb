package dev.millrace.ingress.kept;

import dev.millrace.ingress.answer.AcceptedRequest;
import dev.millrace.ingress.answer.AcceptedRequest.Keeping;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Takes requests whose answer is asked for later.
public final class LaterAnswer {

    /// How long a request with an idempotency key waits for the word that the key is its own. The
    /// router gives it in milliseconds; while no router runs, the request is taken without it.
    private static final Duration CLAIM = Duration.ofSeconds(2);

    private LaterAnswer() {}

    /// Puts a request on the log, or finds the one that has its idempotency key. Returns when the
    /// log has it.
    ///
    /// @param onLog called once, when the body is needed no longer
    /// @throws Refused if the log does not take it, or the key was used with another body
    public static KeptResult submit(
            AcceptedRequest request, KeptExchange.Links links, Runnable onLog)
            throws Refused, InterruptedException {
        Keeping keeping = Objects.requireNonNull(request.keeping());
        if (keeping.digest() == null) {
            publish(request, links, onLog);
            return KeptResult.queued(request);
        }
        LinkedBlockingQueue<KeptResult> changes = new LinkedBlockingQueue<>();
        try (var _ = links.results().watch(request.id(), changes::add)) {
            Optional<KeptResult> known = links.results().read(request.id());
            if (known.isPresent() && known.get().asked().digest() != null) {
                onLog.run();
                return checked(known.get(), keeping);
            }
            publish(request, links, onLog);
            KeptResult claimed = claimed(changes);
            return claimed == null ? KeptResult.queued(request) : checked(claimed, keeping);
        }
    }

    private static @Nullable KeptResult claimed(LinkedBlockingQueue<KeptResult> changes)
            throws InterruptedException {
        long until = System.nanoTime() + CLAIM.toNanos();
        while (true) {
            KeptResult change = changes.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (change == null || change.asked().digest() != null) {
                return change;
            }
        }
    }

    private static KeptResult checked(KeptResult known, Keeping keeping) throws Refused {
        if (known.conflictsWith(keeping.digest())) {
            throw new Refused(Refusal.idempotencyConflict());
        }
        return known;
    }

    private static void publish(AcceptedRequest request, KeptExchange.Links links, Runnable onLog)
            throws Refused, InterruptedException {
        try (Submissions.Submission submission = links.submissions().submit(request)) {
            Optional<Refusal> refusal = submission.acknowledged().get();
            onLog.run();
            if (refusal.isPresent()) {
                throw new Refused(refusal.get());
            }
            links.requests().accepted(request);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
