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
    /// @param free the window's free slots
    /// @param batchFirst whether batch has less than its floor
    /// @param interactiveWaits whether an interactive request waits
    /// @param batchWaits whether a batch request waits
    public static Next next(
            int free, boolean batchFirst, boolean interactiveWaits, boolean batchWaits) {
        if (free <= 0) {
            return Next.NOBODY;
        }
        if (batchWaits && (!interactiveWaits || batchFirst)) {
            return Next.BATCH;
        }
        return interactiveWaits ? Next.INTERACTIVE : Next.NOBODY;
    }

    /// Whether batch has less than its floor of a window.
    ///
    /// @param limit the window
    /// @param batchInFlight the slots that batch holds
    public static boolean isBelowFloor(int limit, int batchInFlight) {
        int floor = limit < 2 ? 0 : Math.max(1, limit / FLOOR_DIVISOR);
        return batchInFlight < floor;
    }
}
