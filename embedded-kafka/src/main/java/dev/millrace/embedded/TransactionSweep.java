package dev.millrace.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks for [HangingTransactions] when the broker has started, and from time to time afterwards:
/// its partitions have no leader for a moment also after this process stood still.
final class TransactionSweep implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TransactionSweep.class);
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration START = Duration.ofSeconds(10);
    private static final Duration AGAIN = Duration.ofMillis(100);
    private static final int PATIENCE_MILLIS = 30_000;

    private final Admin admin;
    private final HangingTransactions transactions;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread =
            Thread.ofPlatform().name("transaction-sweep").daemon().unstarted(this::run);

    private TransactionSweep(Admin admin, int port) {
        this.admin = admin;
        this.transactions =
                new HangingTransactions(
                        admin,
                        new TransactionMarkers(
                                new BrokerConnection(
                                        new InetSocketAddress(
                                                InetAddress.getLoopbackAddress(), port))));
    }

    /// Starts, and returns when what a former life of the broker left hanging has ended.
    ///
    /// @param port of the broker, for clients
    /// @param first whether the broker has no former life
    static TransactionSweep start(int port, boolean first) {
        Admin admin =
                Admin.create(
                        Map.of(
                                "bootstrap.servers",
                                "127.0.0.1:" + port,
                                "client.id",
                                "transaction-sweep",
                                "default.api.timeout.ms",
                                PATIENCE_MILLIS));
        TransactionSweep sweep = new TransactionSweep(admin, port);
        if (!first) {
            sweep.endAll();
        }
        sweep.thread.start();
        return sweep;
    }

    @Override
    public void close() {
        closing.countDown();
        admin.close(Duration.ZERO);
    }

    /// The broker, which has just started, may still be reading what its transactions are, or not
    /// yet lead its partitions.
    private void endAll() {
        long until = System.nanoTime() + START.toNanos();
        try {
            while (!transactions.endAll() && System.nanoTime() < until) {
                Thread.sleep(AGAIN);
            }
        } catch (IOException | KafkaException e) {
            LOG.warn("event=transactions_not_swept reason=\"{}\"", e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!closing.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                sweep();
            }
        } catch (InterruptedException _) {
            LOG.debug("event=transaction_sweep_stopped");
        }
    }

    private void sweep() throws InterruptedException {
        try {
            transactions.endThoseSeenBefore();
        } catch (IOException | KafkaException | IllegalStateException e) {
            LOG.debug("event=transactions_not_swept reason=\"{}\"", e.getMessage());
        }
    }
}
