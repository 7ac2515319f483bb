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

    /// @param most the client's own limit
    long tokens(long most) {
        double probable = mean < 0 ? FIRST : mean + DEVIATIONS * deviation;
        return (long) Math.min(most, Math.ceil(probable));
    }

    void saw(long tokens) {
        if (mean < 0) {
            mean = tokens;
            deviation = tokens / 2.0;
        } else {
            deviation += (Math.abs(tokens - mean) - deviation) * DEVIATION;
            mean += (tokens - mean) * MEAN;
        }
    }
}
