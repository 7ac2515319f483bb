package dev.millrace.faults.fault;

import dev.millrace.faults.audit.Strike;
import dev.millrace.faults.load.Load;
import dev.millrace.faults.process.Broker;
import dev.millrace.faults.process.Cluster;
import dev.millrace.faults.process.Role;
import dev.millrace.faults.process.Service;
import dev.millrace.faults.provider.CountingProvider;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/// Where a fault happens: the processes, the provider, and the load on them. Faults write down here
/// what they did. For one thread.
public final class Stage {

    private final Cluster cluster;
    private final CountingProvider provider;
    private final Load.Wave wave;
    private final AttemptWatch watch;
    private final int kills;
    private final RandomGenerator random;
    private final List<Strike> strikes = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> poison = new ArrayList<>();

    /// @param wave the load that runs
    /// @param kills how often a fault that kills does so
    public Stage(
            Cluster cluster,
            CountingProvider provider,
            Load.Wave wave,
            AttemptWatch watch,
            int kills,
            RandomGenerator random) {
        this.cluster = cluster;
        this.provider = provider;
        this.wave = wave;
        this.watch = watch;
        this.kills = kills;
        this.random = random;
    }

    public List<Strike> strikes() {
        return List.copyOf(strikes);
    }

    Cluster cluster() {
        return cluster;
    }

    CountingProvider provider() {
        return provider;
    }

    Load.Wave wave() {
        return wave;
    }

    AttemptWatch watch() {
        return watch;
    }

    int kills() {
        return kills;
    }

    RandomGenerator random() {
        return random;
    }

    /// Where records stand that are none, as `topic-partition@offset`.
    public List<String> poison() {
        return List.copyOf(poison);
    }

    /// What failed besides what the audit finds.
    public List<String> failures() {
        return List.copyOf(failures);
    }

    /// Writes down that something did not come back as it has to.
    public void failed(String what) {
        failures.add(what);
    }

    /// Writes down that an instance was struck.
    void struck(Strike.Kind kind, Service service, Instant at, Instant until) {
        strikes.add(new Strike(kind, service.role(), service.name(), at, until));
    }

    /// Writes down that no worker could reach its log since then.
    void workersCutOff(Instant since) {
        for (Service worker : cluster.services(Role.WORKER)) {
            struck(Strike.Kind.CUT_OFF, worker, since, Instant.now());
        }
    }

    /// Writes records to the log, and waits for each.
    ///
    /// @return where they stand
    List<RecordMetadata> write(List<ProducerRecord<String, byte[]>> records)
            throws InterruptedException {
        List<RecordMetadata> places = new ArrayList<>();
        try (Producer<String, byte[]> producer = cluster.log().producer("faults", Map.of())) {
            for (ProducerRecord<String, byte[]> record : records) {
                places.add(producer.send(record).get());
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("the log does not take it", e.getCause());
        }
        return places;
    }

    /// Writes records that are none, and notes where they stand.
    void poison(List<ProducerRecord<String, byte[]>> records) throws InterruptedException {
        for (RecordMetadata place : write(records)) {
            poison.add(place.topic() + "-" + place.partition() + "@" + place.offset());
        }
    }

    /// `kill -9` of brokers, which are started again after a while.
    ///
    /// @param recovery how long the load runs on when they are back
    void outage(List<Broker> victims, Duration down, Duration recovery)
            throws IOException, InterruptedException {
        Instant at = Instant.now();
        for (Broker victim : victims) {
            victim.kill();
        }
        pass(down);
        for (Broker victim : victims) {
            victim.start();
        }
        cluster.brokers().awaitAll();
        pass(recovery);
        workersCutOff(at);
    }

    /// Lets the load run on.
    void pass(Duration time) throws InterruptedException {
        Thread.sleep(time);
    }
}
