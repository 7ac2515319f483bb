package dev.millrace.ingress.kept;

import dev.millrace.ingress.answer.AcceptedRequest;
import dev.millrace.ingress.answer.AcceptedRequest.Keeping;
import dev.millrace.ingress.answer.RequestLog;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Puts requests whose outcome is kept on the log, each once for this instance, however many of its
/// callers send it at the same time. Thread-safe.
public final class Submissions {

    private final RequestLog log;
    private final Map<UUID, Shared> open = new HashMap<>();

    public Submissions(RequestLog log) {
        this.log = log;
    }

    private static final class Shared {

        final @Nullable ByteBuffer digest;
        final CompletableFuture<Optional<Refusal>> acknowledged = new CompletableFuture<>();
        int holders;

        Shared(@Nullable ByteBuffer digest) {
            this.digest = digest;
        }
    }

    /// One caller's part in a request that was put on the log.
    public final class Submission implements AutoCloseable {

        private final UUID id;
        private final Shared shared;
        private boolean closed;

        private Submission(UUID id, Shared shared) {
            this.id = id;
            this.shared = shared;
        }

        /// Completes when the log has the request: empty; or with why it may not have it.
        CompletableFuture<Optional<Refusal>> acknowledged() {
            return shared.acknowledged;
        }

        /// The caller has its answer, or has gone.
        @Override
        public void close() {
            synchronized (open) {
                if (!closed) {
                    closed = true;
                    shared.holders--;
                    if (shared.holders == 0) {
                        open.remove(id, shared);
                    }
                }
            }
        }
    }

    /// Puts a request on the log, or joins the caller that has just done so.
    ///
    /// @throws Refused if the log takes nothing, or the request of that caller has another body
    Submission submit(AcceptedRequest request) throws Refused {
        Keeping keeping = Objects.requireNonNull(request.keeping());
        Shared mine = new Shared(keeping.digest());
        Shared shared;
        synchronized (open) {
            shared = open.computeIfAbsent(request.id(), id -> mine);
            if (!Objects.equals(shared.digest, mine.digest)) {
                throw new Refused(Refusal.idempotencyConflict());
            }
            shared.holders++;
        }
        Submission submission = new Submission(request.id(), shared);
        if (shared == mine) {
            publish(request, submission);
        }
        return submission;
    }

    private void publish(AcceptedRequest request, Submission submission) throws Refused {
        try {
            log.publish(
                    request,
                    refusal -> submission.acknowledged().complete(Optional.ofNullable(refusal)));
        } catch (Refused e) {
            submission.acknowledged().complete(Optional.of(e.refusal()));
            submission.close();
            throw e;
        }
    }
}
