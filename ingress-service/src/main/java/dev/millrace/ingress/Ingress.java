package dev.millrace.ingress;

import dev.millrace.ingress.answer.PendingAnswers;
import dev.millrace.ingress.http.Readiness;
import dev.millrace.topics.KafkaLog;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ApplicationContextException;

/// A running ingress. Thread-safe.
public final class Ingress implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Ingress.class);
    private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

    private final ReactiveWebServerApplicationContext context;
    private final IngressSettings settings;
    private final WebServer server;

    private Ingress(ReactiveWebServerApplicationContext context, IngressSettings settings) {
        this.context = context;
        this.settings = settings;
        this.server = Objects.requireNonNull(context.getWebServer());
    }

    /// Starts an ingress; returns when it listens. It connects to the log in the background, for as
    /// long as that takes, and is not ready before.
    ///
    /// @throws PortInUseException if the port is taken
    /// @throws RuntimeException if it cannot listen for another reason
    public static Ingress start(KafkaLog log, IngressSettings settings) {
        var context = new ReactiveWebServerApplicationContext();
        new LogBeans(context, log, settings).register();
        new HttpBeans(context, log, settings).register();
        refresh(context);
        Ingress ingress = new Ingress(context, settings);
        LOG.info("event=ingress_listens host={} port={}", settings.host(), ingress.port());
        return ingress;
    }

    private static void refresh(ReactiveWebServerApplicationContext context) {
        try {
            context.refresh();
        } catch (ApplicationContextException e) {
            throw e.getCause() instanceof PortInUseException taken ? taken : e;
        }
    }

    /// The port that it listens on.
    public int port() {
        return server.getPort();
    }

    /// What it misses to be ready, a word each: `log`, `replies`, `configuration`, `router`,
    /// `pool`; empty when it is ready.
    public List<String> missing() {
        return context.getBean(Readiness.class).missing();
    }

    /// Waits until it is ready.
    ///
    /// @return whether it is; false when the time has passed
    public boolean awaitReady(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (!missing().isEmpty()) {
            if (System.nanoTime() > end) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return true;
    }

    /// Stops: takes no more connections, answers what is in flight for as long as the settings
    /// allow, refuses the rest with 503, says farewell on the log and closes it.
    @Override
    public void close() {
        context.getBean(Readiness.class).stop();
        PendingAnswers pending = context.getBean(PendingAnswers.class);
        CountDownLatch answered = new CountDownLatch(1);
        server.shutDownGracefully(outcome -> answered.countDown());
        try {
            if (!answered.await(settings.stop().toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("event=stop_cuts_requests waiting={}", pending.size());
                pending.stopAll();
                answered.await(LAST_ANSWERS.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            context.close();
        }
    }
}
