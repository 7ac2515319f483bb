package dev.millrace.ingress;

import dev.millrace.ingress.answer.PendingAnswers;
import dev.millrace.ingress.http.CurrentSettings;
import dev.millrace.ingress.kafka.Heartbeats;
import dev.millrace.ingress.kafka.LogConnection;
import dev.millrace.ingress.kafka.LogWriter;
import dev.millrace.ingress.kafka.ReplyReader;
import dev.millrace.ingress.kafka.RequestPublisher;
import dev.millrace.ingress.metrics.IngressMetrics;
import dev.millrace.ingress.models.LiveServices;
import dev.millrace.topics.KafkaLog;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The beans on the side of the log. They are closed in the reverse of the order in which they need
/// each other: the readers, the farewell, and the producer last.
@Configuration(proxyBeanMethods = false)
class LogBeans {

    @Bean
    InstantSource clock() {
        return InstantSource.system();
    }

    @Bean
    PendingAnswers pendingAnswers() {
        return new PendingAnswers();
    }

    @Bean
    LiveServices liveServices(InstantSource clock) {
        return new LiveServices(clock);
    }

    @Bean(destroyMethod = "close")
    LogWriter logWriter(KafkaLog log, IngressSettings settings, IngressMetrics metrics) {
        return new LogWriter(log, settings.instance(), settings.log(), metrics::publishFailed);
    }

    @Bean(destroyMethod = "close")
    ReplyReader replyReader(
            KafkaLog log,
            IngressSettings settings,
            PendingAnswers pending,
            IngressMetrics metrics) {
        return new ReplyReader(log, settings.instance(), pending, metrics::unknownReply);
    }

    @Bean
    RequestPublisher requestPublisher(
            LogWriter writer, ReplyReader replies, InstantSource clock, KafkaLog log) {
        return new RequestPublisher(
                writer, replies::partition, clock, BodyLimit.of(log.topics().layout()));
    }

    @Bean(destroyMethod = "close")
    Heartbeats heartbeats(
            LogWriter writer,
            IngressSettings settings,
            CurrentSettings current,
            InstantSource clock) {
        return new Heartbeats(
                writer,
                settings.instance(),
                () -> current.now().map(CurrentSettings.Applied::version).orElse(0L),
                clock);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    LogConnection logConnection(
            KafkaLog log,
            ReplyReader replies,
            Heartbeats heartbeats,
            LiveServices services,
            InstantSource clock,
            CurrentSettings current) {
        return new LogConnection(log, replies, heartbeats, services, clock, current::apply);
    }
}
