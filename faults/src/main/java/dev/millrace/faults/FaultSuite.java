package dev.millrace.faults;

import dev.millrace.faults.audit.Audit;
import dev.millrace.faults.audit.Auditor;
import dev.millrace.faults.audit.Scope;
import dev.millrace.faults.fault.AttemptWatch;
import dev.millrace.faults.fault.Fault;
import dev.millrace.faults.fault.Stage;
import dev.millrace.faults.load.Load;
import dev.millrace.faults.load.Tenant;
import dev.millrace.faults.load.Told;
import dev.millrace.faults.process.Cluster;
import dev.millrace.faults.provider.CountingProvider;
import dev.millrace.faults.provider.Misbehaviour;
import dev.millrace.faults.provider.Pace;
import dev.millrace.faults.report.Table;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// Starts a cluster, does one fault after the other to it under load, and audits them all.
///
/// @param kills how often each fault that kills does so
/// @param perSecond requests of the load
/// @param kept whether some clients rely on kept outcomes
/// @param folder takes everything that the processes write; empty
/// @param out is told of the progress
record FaultSuite(int kills, int perSecond, boolean kept, Path folder, PrintStream out) {

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    static final String PROVIDER = "upstream";

    /// Until the last abandoned call is charged: its deadline, the ledger's grace, and some.
    private static final Duration SETTLED = DEADLINE.plus(Duration.ofSeconds(90));

    /// Runs faults that need the same kind of cluster.
    List<Audit> run(List<Fault> faults) throws IOException, InterruptedException {
        List<Scope> scopes = new ArrayList<>();
        long begin = System.nanoTime();
        try (CountingProvider provider = CountingProvider.start();
                Cluster cluster =
                        Cluster.start(
                                faults.getFirst().brokers(),
                                document(provider),
                                folder.resolve(faults.getFirst().name()));
                Load load = Load.on(cluster, kept);
                AttemptWatch watch = AttemptWatch.start(cluster.log(), provider);
                Auditor auditor = new Auditor(cluster.log(), provider, PROVIDER)) {
            say(begin, "the services are ready");
            for (Fault fault : faults) {
                scopes.add(run(fault, cluster, provider, load, watch));
                say(begin, fault.name() + " is done");
            }
            List<Audit> audits = auditor.audit(scopes, SETTLED);
            say(begin, "audited\n" + Table.of(audits) + Table.faultsFound(audits));
            return audits;
        }
    }

    private Scope run(
            Fault fault, Cluster cluster, CountingProvider provider, Load load, AttemptWatch watch)
            throws IOException, InterruptedException {
        Load.Wave wave = load.start(fault.name(), perSecond, DEADLINE);
        Stage stage =
                new Stage(cluster, provider, wave, watch, kills, RandomGenerator.getDefault());
        Instant begin = Instant.now();
        try {
            fault.run(stage);
        } catch (IllegalStateException notBack) {
            stage.failed(String.valueOf(notBack.getMessage()));
        } finally {
            provider.behave(Misbehaviour.NONE);
            provider.pace(Pace.STEADY);
        }
        List<Told> told = wave.finish();
        cluster.heal();
        out.println(
                fault.name()
                        + ": "
                        + wave.sent()
                        + " requests in "
                        + Duration.between(begin, Instant.now()).toSeconds()
                        + " s");
        return new Scope(
                fault.name(),
                fault.name() + "-",
                told,
                stage.strikes(),
                stage.poison(),
                stage.failures(),
                fault.expectation());
    }

    private void say(long begin, String what) {
        out.printf("[%3d s] %s%n", (System.nanoTime() - begin) / 1_000_000_000, what);
    }

    private static String document(CountingProvider provider) {
        return """
        providers:
          - { name: %s, kind: openai-compatible, base-url: "%s", limits: { concurrency: 256 }, timeouts: { connect: 2s, first-token: 8s, idle: 5s, total: 20s } }
        prices:
          - { provider: %s, model: "*", input: 1.5, output: 6 }
        defaults: { provider: %s }
        """
                        .formatted(PROVIDER, provider.baseUrl(), PROVIDER, PROVIDER)
                + Tenant.document();
    }
}
