package dev.millrace.ingress;

import dev.millrace.ingress.answer.PendingAnswers;
import dev.millrace.ingress.costs.CostSource;
import dev.millrace.ingress.costs.UnpricedAttempts;
import dev.millrace.ingress.http.CurrentSettings;
import dev.millrace.ingress.kafka.Heartbeats;
import dev.millrace.ingress.kafka.KeptView;
import dev.millrace.ingress.kafka.LogConnection;
import dev.millrace.ingress.kafka.LogWriter;
import dev.millrace.ingress.kafka.ReplyReader;
import dev.millrace.ingress.kafka.RequestPublisher;
import dev.millrace.ingress.metrics.IngressMetrics;
import dev.millrace.ingress.models.LiveServices;
import dev.millrace.topics.KafkaLog;
import java.time.InstantSource;
import org.springframework.context.support.GenericApplicationContext;

/// The beans on the side of the log. They are closed in the reverse of the order in which they need
/// each other: the readers, the farewell, and the producer last.
record LogBeans(GenericApplicationContext context, KafkaLog log, IngressSettings settings) {

    void register() {
        context.registerBean(InstantSource.class, InstantSource::system);
        context.registerBean(PendingAnswers.class, () -> new PendingAnswers());
        context.registerBean(
                LiveServices.class, () -> new LiveServices(context.getBean(InstantSource.class)));
        context.registerBean(LogWriter.class, this::logWriter);
        context.registerBean(ReplyReader.class, this::replyReader);
        context.registerBean(RequestPublisher.class, this::requestPublisher);
        context.registerBean(
                KeptView.class, () -> new KeptView(log, context.getBean(InstantSource.class)));
        context.registerBean(Heartbeats.class, this::heartbeats);
        context.registerBean(
                LogConnection.class,
                this::logConnection,
                definition -> definition.setInitMethodName("start"));
    }

    private LogWriter logWriter() {
        IngressMetrics metrics = context.getBean(IngressMetrics.class);
        return new LogWriter(log, settings.instance(), settings.log(), metrics::publishFailed);
    }

    private ReplyReader replyReader() {
        IngressMetrics metrics = context.getBean(IngressMetrics.class);
        return new ReplyReader(
                log,
                settings.instance(),
                context.getBean(PendingAnswers.class),
                metrics::unknownReply);
    }

    private RequestPublisher requestPublisher() {
        return new RequestPublisher(
                context.getBean(LogWriter.class),
                context.getBean(ReplyReader.class)::partition,
                context.getBean(InstantSource.class),
                BodyLimit.of(log.topics().layout()));
    }

    private Heartbeats heartbeats() {
        CurrentSettings current = context.getBean(CurrentSettings.class);
        return new Heartbeats(
                context.getBean(LogWriter.class),
                settings.instance(),
                () -> current.now().map(CurrentSettings.Applied::version).orElse(0L),
                context.getBean(InstantSource.class));
    }

    private LogConnection logConnection() {
        InstantSource clock = context.getBean(InstantSource.class);
        LogConnection connection =
                new LogConnection(
                        log,
                        context.getBean(ReplyReader.class),
                        context.getBean(Heartbeats.class),
                        context.getBean(LiveServices.class),
                        context.getBean(KeptView.class),
                        clock,
                        context.getBean(CurrentSettings.class)::apply);
        CostSource costs = connection.costSource();
        IngressMetrics metrics = context.getBean(IngressMetrics.class);
        metrics.showLedger(() -> UnpricedAttempts.of(costs, clock.instant()), connection::drift);
        metrics.showProviders(context.getBean(LiveServices.class)::now);
        return connection;
    }
}
