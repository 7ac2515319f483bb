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
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.reactive.HttpHandler;

/// The beans on the side of HTTP.
@Configuration(proxyBeanMethods = false)
class HttpBeans {

    @Bean(destroyMethod = "close")
    IngressMetrics ingressMetrics() {
        return new IngressMetrics();
    }

    @Bean
    CurrentSettings currentSettings() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return new CurrentSettings(secret);
    }

    @Bean
    Readiness readiness(
            Heartbeats heartbeats,
            ReplyReader replies,
            CurrentSettings current,
            LiveServices services) {
        return new Readiness(
                heartbeats::logReachable, () -> replies.partition().isPresent(), current, services);
    }

    @Bean
    NettyReactiveWebServerFactory webServerFactory(IngressSettings settings) {
        return IngressServer.factory(
                new InetSocketAddress(settings.host(), settings.port()), settings.connections());
    }

    @Bean
    HttpHandler httpHandler(
            KafkaLog log,
            IngressSettings settings,
            CurrentSettings current,
            RequestPublisher publisher,
            PendingAnswers pending,
            LiveServices services,
            LogConnection connection,
            Readiness readiness,
            IngressMetrics metrics,
            InstantSource clock) {
        HeapBudget heap = new HeapBudget(settings.heapBytes());
        metrics.showReserved(heap::reserved);
        HttpSide side =
                new HttpSide(
                        current,
                        publisher,
                        pending,
                        services,
                        bucket -> connection.costs().flatMap(views -> views.rows(bucket)),
                        readiness,
                        new SchemaRegistry(log.topics(), () -> providers(current, services)),
                        metrics,
                        heap,
                        clock);
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
