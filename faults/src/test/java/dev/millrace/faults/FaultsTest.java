package dev.millrace.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.faults.audit.Audit;
import dev.millrace.faults.fault.Fault;
import dev.millrace.faults.process.Brokers;
import dev.millrace.faults.process.Folders;
import dev.millrace.faults.report.Page;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The whole suite: `./mvnw verify -Pfaults`. Of some rows alone with
/// `-Dfaults.only=kill-worker,…`; `-Dfaults.kills` and `-Dfaults.rate` say how often each service
/// is killed and how many requests a second there are. A run of all rows writes `docs/faults.md`.
@Tag("long")
class FaultsTest {

    private static final List<String> ONLY =
            List.of(System.getProperty("faults.only", "").split(","));

    @Test
    @Timeout(3_600)
    void every_promise_holds_under_every_fault() throws Exception {
        Path folder = Folders.empty(Path.of(System.getProperty("faults.folder"), "long"));
        FaultSuite suite =
                new FaultSuite(
                        Integer.getInteger("faults.kills", 20),
                        Integer.getInteger("faults.rate", 5),
                        true,
                        folder,
                        System.out);
        List<Fault> faults = AllFaults.LIST.stream().filter(FaultsTest::isWanted).toList();
        assertThat(faults).as("faults named by -Dfaults.only").isNotEmpty();
        Map<Brokers.Kind, List<Fault>> byCluster =
                faults.stream()
                        .collect(
                                Collectors.groupingBy(
                                        Fault::brokers,
                                        () -> new EnumMap<>(Brokers.Kind.class),
                                        Collectors.toList()));
        long begin = System.nanoTime();
        List<Audit> audits = new ArrayList<>();
        for (List<Fault> together : byCluster.values()) {
            audits.addAll(suite.run(together));
        }

        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        String page = Page.of(faults, audits, took);
        Files.writeString(folder.resolve("faults.md"), page);
        if (faults.size() == AllFaults.LIST.size()) {
            Files.writeString(
                    Path.of(System.getProperty("millrace.root"), "docs", "faults.md"), page);
        }
        assertThat(audits)
                .allSatisfy(audit -> assertThat(audit.broken()).as(audit.fault()).isEmpty());
    }

    private static boolean isWanted(Fault fault) {
        return ONLY.equals(List.of("")) || ONLY.contains(fault.name());
    }
}
