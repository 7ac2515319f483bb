package dev.millrace.worker.window;

import java.time.Duration;

/// Tells whether latency rises: a short moving average above twice a long one and a quarter of a
/// second. Below that, differences are noise next to what models take.
final class LatencyTrend {
    private static final double SHORT = 0.2;
    private static final double LONG = 0.01;
    private static final double TOLERANCE = 2;
    private static final double NOISE_NANOS = Duration.ofMillis(250).toNanos();
    private static final int WARM_UP = 10;

    private double recent;
    private double usual;
    private int samples;

    boolean isRising(Duration latency) {
        double nanos = latency.toNanos();
        if (samples < WARM_UP) {
            samples++;
            usual += (nanos - usual) / samples;
            recent = usual;
            return false;
        }
        recent += (nanos - recent) * SHORT;
        usual += (nanos - usual) * LONG;
        return recent > usual * TOLERANCE + NOISE_NANOS;
    }
}
