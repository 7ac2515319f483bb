package dev.millrace.faults.provider;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One call that the provider was sent. Thread-safe.
public final class ProviderCall {

    /// How a call ended.
    public enum End {
        /// Its answer was written to the end.
        ANSWERED,
        /// It was refused, or given what is no answer.
        REFUSED,
        /// The provider dropped it.
        CUT,
        /// Its caller was gone before the end.
        CALLER_GONE
    }

    private final String attemptId;
    private final String marker;
    private final boolean stream;
    private final Instant startedAt;
    private volatile @Nullable End end;
    private volatile @Nullable Instant endedAt;
    private volatile long promptTokens;
    private volatile long completionTokens;

    /// A call that has just come.
    public ProviderCall(String attemptId, String marker, boolean stream, Instant startedAt) {
        this.attemptId = attemptId;
        this.marker = marker;
        this.stream = stream;
        this.startedAt = startedAt;
    }

    /// What the caller says that the call is: the id of the attempt.
    public String attemptId() {
        return attemptId;
    }

    /// What the client wrote into its request.
    public String marker() {
        return marker;
    }

    public boolean stream() {
        return stream;
    }

    public Instant startedAt() {
        return startedAt;
    }

    /// Null while it is under way.
    public @Nullable End end() {
        return end;
    }

    /// Null while it is under way.
    public @Nullable Instant endedAt() {
        return endedAt;
    }

    /// What the answer said of its usage; 0 where it said nothing.
    public long promptTokens() {
        return promptTokens;
    }

    /// What the answer said of its usage; 0 where it said nothing.
    public long completionTokens() {
        return completionTokens;
    }

    void reported(long prompt, long completion) {
        promptTokens = prompt;
        completionTokens = completion;
    }

    void ended(End how) {
        if (end == null) {
            endedAt = Instant.now();
            end = how;
        }
    }
}
