package dev.millrace.ingress.answer;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// The requests of this instance that wait for an answer. Thread-safe.
public final class PendingAnswers {

    private final Map<UUID, Mailbox> mailboxes = new ConcurrentHashMap<>();

    /// The mailbox of a request that waits; empty for one of another instance, or one that has been
    /// answered.
    public Optional<Mailbox> of(UUID requestId) {
        return Optional.ofNullable(mailboxes.get(requestId));
    }

    /// How many requests wait.
    public int size() {
        return mailboxes.size();
    }

    /// Ends the waiting of every request.
    public void stopAll() {
        mailboxes.values().forEach(mailbox -> mailbox.put(new Signal.Stopping()));
    }

    void open(UUID requestId, Mailbox mailbox) {
        mailboxes.put(requestId, mailbox);
    }

    void close(UUID requestId) {
        mailboxes.remove(requestId);
    }
}
