package dev.millrace.worker.quota;

/// How many completion tokens a call will probably use at most: the mean of those before and four
/// mean deviations, as TCP forecasts its round trips (RFC 6298, section 2). Not thread-safe.
final class OutputForecast {
    private static final double FIRST = 1024;
    private static final double MEAN = 1.0 / 8;
    private static final double DEVIATION = 1.0 / 4;
    private static final int DEVIATIONS = 4;

    private double mean = -1;
    private double deviation;
    private double largest = FIRST;

    /// @param most that it can be
    long tokens(double most) {
        double probable = mean < 0 ? FIRST : mean + DEVIATIONS * deviation;
        return (long) Math.min(most, Math.ceil(probable));
    }

    /// One that is larger than all before counts as no more than twice the largest: a server that
    /// lies once spoils nothing, and what really grows is known after a few calls.
    void saw(long tokens) {
        double taken = Math.min(tokens, 2 * largest);
        largest = Math.max(largest, taken);
        if (mean < 0) {
            mean = taken;
            deviation = taken / 2.0;
        } else {
            deviation += (Math.abs(taken - mean) - deviation) * DEVIATION;
            mean += (taken - mean) * MEAN;
        }
    }
}
