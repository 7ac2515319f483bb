package dev.millrace.worker.window;

/// Which lane gets the next slot of a window: interactive first, batch what is spare, with a floor
/// of a tenth (at least one slot of a window that has two), so that batches always move.
public final class LaneShare {

    /// Who goes next.
    public enum Next {
        INTERACTIVE,
        BATCH,
        NOBODY
    }

    private static final int FLOOR_DIVISOR = 10;

    private LaneShare() {}

    /// Chooses.
    ///
    /// @param limit the window
    /// @param free its free slots
    /// @param batchInFlight the slots that batch holds
    /// @param interactiveWaits whether an interactive request waits
    /// @param batchWaits whether a batch request waits
    public static Next next(
            int limit, int free, int batchInFlight, boolean interactiveWaits, boolean batchWaits) {
        if (free <= 0) {
            return Next.NOBODY;
        }
        if (batchWaits && (!interactiveWaits || batchInFlight < floor(limit))) {
            return Next.BATCH;
        }
        return interactiveWaits ? Next.INTERACTIVE : Next.NOBODY;
    }

    private static int floor(int limit) {
        return limit < 2 ? 0 : Math.max(1, limit / FLOOR_DIVISOR);
    }
}
