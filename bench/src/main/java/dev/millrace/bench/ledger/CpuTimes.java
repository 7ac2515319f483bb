package dev.millrace.bench.ledger;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/// Processor time of this process, in nanoseconds: of the ledger's threads, of the broker's, and of
/// all, which is also garbage collection, compilation, and the files of the stores.
///
/// @param ledger threads of Kafka Streams and its clients
/// @param broker threads of the embedded broker
/// @param all of the process
record CpuTimes(long ledger, long broker, long all) {

    static CpuTimes now() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long ledger = 0;
        long broker = 0;
        for (ThreadInfo thread : threads.getThreadInfo(threads.getAllThreadIds())) {
            if (thread == null) {
                continue;
            }
            long time = Math.max(0, threads.getThreadCpuTime(thread.getThreadId()));
            String name = thread.getThreadName();
            if (name.contains("StreamThread")) {
                ledger += time;
            } else if (name.startsWith("data-plane")
                    || name.startsWith("kafka-log-cleaner")
                    || name.contains("broker")
                    || name.contains("coordinator-event-processor")) {
                broker += time;
            }
        }
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return new CpuTimes(ledger, broker, system.getProcessCpuTime());
    }

    /// Where the processors were since an earlier reading, for a person.
    String since(CpuTimes before, Duration elapsed) {
        double seconds = elapsed.toNanos();
        return "cores used: ledger %.2f, broker %.2f, all %.2f"
                .formatted(
                        (ledger - before.ledger) / seconds,
                        (broker - before.broker) / seconds,
                        (all - before.all) / seconds);
    }
}
