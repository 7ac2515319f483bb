package dev.millrace.worker.kafka;

import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Lane;
import java.time.Instant;
import org.apache.kafka.common.TopicPartition;

/// Dispatches as a pool took them in, where no log is needed.
final class TestDispatches {
    private TestDispatches() {}

    static TakenDispatch taken() {
        return taken(TestLog.request("{}").build());
    }

    static TakenDispatch taken(InferenceRequest request) {
        return new TakenDispatch(
                new TopicPartition("dispatches", 0),
                0,
                request.getCreatedAt(),
                Lane.INTERACTIVE,
                1,
                TestLog.dispatch("p", request, false).build(),
                null,
                0,
                TakenDispatch.Throttling.NONE,
                Instant.MIN);
    }
}
