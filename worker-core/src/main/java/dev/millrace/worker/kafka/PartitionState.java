package dev.millrace.worker.kafka;

import dev.millrace.worker.intake.Commit;
import dev.millrace.worker.intake.DispatchFence;
import dev.millrace.worker.intake.OpenOffsets;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a pool's polling thread knows of one partition that it owns.
final class PartitionState {
    private final OpenOffsets offsets;
    private final DispatchFence fence;
    private final long owner;
    private final long resumeAt;
    private final Set<DispatchRun> running = new HashSet<>();
    private @Nullable Commit committed;
    private volatile boolean gone;

    /// @param owner the fence of this ownership
    /// @param resumeAt the low watermark; records below it are read back for their ids only
    PartitionState(OpenOffsets offsets, DispatchFence fence, long owner, long resumeAt) {
        this.offsets = offsets;
        this.fence = fence;
        this.owner = owner;
        this.resumeAt = resumeAt;
    }

    OpenOffsets offsets() {
        return offsets;
    }

    DispatchFence fence() {
        return fence;
    }

    long owner() {
        return owner;
    }

    boolean isReadBack(long offset) {
        return offset < resumeAt;
    }

    Set<DispatchRun> running() {
        return running;
    }

    /// The partition has another owner now.
    void leave() {
        gone = true;
    }

    /// Whether [#leave] was called; any thread may ask.
    boolean isGone() {
        return gone;
    }

    /// What is to be committed; null if the log has it already.
    @Nullable Commit uncommitted() {
        Commit now = offsets.commit();
        return now.equals(committed) ? null : now;
    }

    void committing(Commit commit) {
        committed = commit;
    }

    void commitFailed() {
        committed = null;
    }
}
