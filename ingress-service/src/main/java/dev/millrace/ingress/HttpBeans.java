package dev.millrace.ingress;

import dev.millrace.configuration.Provider;
import dev.millrace.ingress.answer.PendingAnswers;
import dev.millrace.ingress.http.CurrentSettings;
import dev.millrace.ingress.http.HttpSide;
import dev.millrace.ingress.http.IngressServer;
import dev.millrace.ingress.http.Readiness;
import dev.millrace.ingress.http.Timing;
import dev.millrace.ingress.intake.HeapBudget;
import dev.millrace.ingress.kafka.Heartbeats;
import dev.millrace.ingress.kafka.KeptView;
import dev.millrace.ingress.kafka.LogConnection;
import dev.millrace.ingress.kafka.ReplyReader;
import dev.millrace.ingress.kafka.RequestPublisher;
import dev.millrace.ingress.metrics.IngressMetrics;
import dev.millrace.ingress.models.LiveServices;
import dev.millrace.ingress.models.Pool;
import dev.millrace.ingress.registry.SchemaRegistry;
import dev.millrace.topics.KafkaLog;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.server.reactive.HttpHandler;

/// The beans on the side of HTTP.
record HttpBeans(GenericApplicationContext context, KafkaLog log, IngressSettings settings) {

    void register() {
        context.registerBean(IngressMetrics.class, () -> new IngressMetrics());
        context.registerBean(CurrentSettings.class, this::currentSettings);
        context.registerBean(Readiness.class, this::readiness);
        context.registerBean(NettyReactiveWebServerFactory.class, this::webServerFactory);
        context.registerBean(HttpHandler.class, this::httpHandler);
    }

    private CurrentSettings currentSettings() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return new CurrentSettings(settings.anyone(), secret);
    }

    private Readiness readiness() {
        ReplyReader replies = context.getBean(ReplyReader.class);
        return new Readiness(
                context.getBean(Heartbeats.class)::logReachable,
                () -> replies.partition().isPresent(),
                context.getBean(CurrentSettings.class),
                context.getBean(LiveServices.class));
    }

    private NettyReactiveWebServerFactory webServerFactory() {
        return IngressServer.factory(
                new InetSocketAddress(settings.host(), settings.port()), settings.connections());
    }

    private HttpHandler httpHandler() {
        IngressMetrics metrics = context.getBean(IngressMetrics.class);
        CurrentSettings current = context.getBean(CurrentSettings.class);
        LiveServices services = context.getBean(LiveServices.class);
        LogConnection connection = context.getBean(LogConnection.class);
        HeapBudget heap = new HeapBudget(settings.heapBytes());
        metrics.showReserved(heap::reserved);
        RequestPublisher publisher = context.getBean(RequestPublisher.class);
        HttpSide side =
                new HttpSide(
                        current,
                        publisher,
                        context.getBean(PendingAnswers.class),
                        context.getBean(KeptView.class),
                        publisher,
                        services,
                        connection.costSource(),
                        context.getBean(Readiness.class),
                        new SchemaRegistry(log.topics(), () -> providers(current, services)),
                        metrics,
                        heap,
                        context.getBean(InstantSource.class));
        return side.handler(
                new Timing(settings.exchanges(), settings.longestDeadline(), settings.comment()),
                BodyLimit.of(log.topics().layout()));
    }

    private static Set<String> providers(CurrentSettings current, LiveServices services) {
        Set<String> names = new TreeSet<>();
        current.now()
                .ifPresent(applied ->
                        applied.configuration().providers().stream()
                                .map(Provider::name)
                                .forEach(names::add));
        services.now()
                .forEach(instance ->
                        instance.pools().stream().map(Pool::provider).forEach(names::add));
        return names;
    }
}
