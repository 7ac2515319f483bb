package dev.millrace.router;

import dev.millrace.router.outcome.OutcomeTopology;
import dev.millrace.router.stream.RouterLinks;
import dev.millrace.router.stream.RouterTopology;
import dev.millrace.router.view.RouterView;
import dev.millrace.router.wire.WireLinks;
import dev.millrace.schemas.ServiceRole;
import dev.millrace.topics.CancelledRequests;
import dev.millrace.topics.Heartbeat;
import dev.millrace.topics.KafkaLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.streams.KafkaStreams;

/// A running router instance: it routes requests, and decides the outcomes of those whose outcome
/// is kept. It is alive while it does both.
public final class Router implements AutoCloseable {

    private static final Duration STOP = Duration.ofSeconds(5);

    private final CancelledRequests cancelled;
    private final RouterView view;
    private final List<KafkaStreams> streams;
    private final Heartbeat heartbeat;

    private Router(
            CancelledRequests cancelled,
            RouterView view,
            List<KafkaStreams> streams,
            Heartbeat heartbeat) {
        this.cancelled = cancelled;
        this.view = view;
        this.streams = streams;
        this.heartbeat = heartbeat;
    }

    /// Starts an instance on a log whose fixed topics exist.
    ///
    /// @throws KafkaException if the log cannot be read
    public static Router start(KafkaLog log, RouterSettings settings, InstantSource clock)
            throws InterruptedException {
        CancelledRequests cancelled = CancelledRequests.follow(log, clock);
        RouterView view;
        try {
            cancelled.caughtUp().get(settings.patience().toMillis(), TimeUnit.MILLISECONDS);
            view = RouterView.start(log, settings.patience());
        } catch (KafkaException e) {
            cancelled.close();
            throw e;
        } catch (ExecutionException | TimeoutException e) {
            cancelled.close();
            throw new KafkaException("the router cannot read the cancellations", e);
        }
        WireLinks wire =
                new WireLinks(
                        log.topics(), log.serdes(), view.replyTopics(), clock, settings.instance());
        RouterLinks links =
                new RouterLinks(
                        wire,
                        view::table,
                        cancelled::contains,
                        settings.maxBodyBytes(),
                        settings.retryBudget());
        List<KafkaStreams> streams =
                List.of(
                        RouterStreams.route(() -> RouterTopology.build(links), log, settings),
                        RouterStreams.decideOutcomes(
                                () -> OutcomeTopology.build(wire), log, settings));
        Heartbeat heartbeat =
                Heartbeat.start(
                        log,
                        settings.instance(),
                        ServiceRole.ROUTER,
                        clock,
                        () ->
                                streams.stream()
                                        .allMatch(one -> one.state() == KafkaStreams.State.RUNNING),
                        () -> view.table().configVersion(),
                        List::of);
        return new Router(cancelled, view, streams, heartbeat);
    }

    /// Stops taking requests; what was taken is routed first.
    @Override
    public void close() {
        heartbeat.close();
        streams.forEach(one -> one.close(STOP));
        view.close();
        cancelled.close();
    }
}
