package dev.millrace.ingress.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.ingress.models.Pool;
import dev.millrace.ingress.models.ServiceInstance;
import dev.millrace.ingress.models.TargetHealth;
import dev.millrace.ingress.models.TargetHealth.Circuit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What is told of the providers where there are more targets than series.
class ProviderMetricsTest {
    private static final Logger CHOICE = (Logger) LoggerFactory.getLogger(ShownTargets.class);

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final List<ServiceInstance> workers = new ArrayList<>();
    private final IngressMetrics metrics = new IngressMetrics();

    @BeforeEach
    void start() {
        metrics.showProviders(() -> workers);
        logged.start();
        CHOICE.addAppender(logged);
    }

    @AfterEach
    void stop() {
        CHOICE.detachAppender(logged);
        metrics.close();
    }

    @Test
    void open_circuits_and_busy_models_of_the_last_worker_are_shown_among_many() {
        // Given two workers with more names than are shown, and one with two that matter
        workers.add(worker("w-1", named("!a", 150)));
        workers.add(worker("w-2", named("!b", 150)));
        workers.add(
                worker(
                        "w-3",
                        List.of(
                                target("broken", Circuit.OPEN, 0),
                                target("recovering", Circuit.HALF_OPEN, 0),
                                target("busy", Circuit.CLOSED, 3))));

        // When
        List<String> shown = models("millrace_target_calls_last_minute");

        // Then
        assertThat(shown).hasSize(200).contains("broken", "recovering", "busy");
        assertThat(models("millrace_target_circuit_open")).hasSize(200).contains("broken");
    }

    @Test
    void the_same_targets_are_shown_in_whatever_order_they_come() {
        workers.add(worker("w-1", named("a", 150)));
        workers.add(worker("w-2", named("b", 150)));
        List<String> before = models("millrace_target_calls_last_minute");

        workers.add(workers.removeFirst());

        assertThat(Set.copyOf(models("millrace_target_calls_last_minute")))
                .isEqualTo(Set.copyOf(before));
    }

    @Test
    void that_some_are_not_shown_is_logged_once() {
        workers.add(worker("w-1", named("a", 200)));
        metrics.scrape();
        assertThat(logged.list).isEmpty();

        workers.add(worker("w-2", named("b", 1)));
        metrics.scrape();
        metrics.scrape();

        assertThat(logged.list)
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEqualTo("event=target_metrics_cut targets=201 shown=200");
    }

    /// The models of all series of a metric.
    private List<String> models(String metric) {
        return metrics.scrape()
                .lines()
                .filter(line -> line.startsWith(metric + "{"))
                .map(line -> line.replaceFirst(".*model=\"([^\"]*)\".*", "$1"))
                .toList();
    }

    private static List<TargetHealth> named(String start, int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> target(start + i, Circuit.CLOSED, 2))
                .toList();
    }

    private static TargetHealth target(String model, Circuit circuit, int calls) {
        return new TargetHealth(model, circuit, calls, 0, 0, null, null, null, null, null, null);
    }

    private static ServiceInstance worker(String name, List<TargetHealth> targets) {
        Pool pool =
                new Pool(
                        "acme",
                        "openai-compatible",
                        false,
                        false,
                        Pool.State.READY,
                        List.of(Pool.ANY_MODEL),
                        8,
                        0,
                        null,
                        targets,
                        null,
                        List.of());
        return new ServiceInstance(
                name, ServiceInstance.Role.WORKER, Instant.EPOCH, 1, List.of(pool));
    }
}
