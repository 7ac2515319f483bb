package dev.millrace.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.faults.audit.Audit;
import dev.millrace.faults.fault.Fault;
import dev.millrace.faults.fault.Kill;
import dev.millrace.faults.process.Folders;
import dev.millrace.faults.process.Role;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The promises on separate processes, when each of them is killed once under load. How long a
/// take-over lasts is a figure of the long suite: here any machine may run, however busy.
@Tag("short")
class ShortFaultsTest {

    private static final int REQUESTS = 200;

    @Test
    @Timeout(600)
    void nothing_is_lost_doubled_or_charged_wrongly_when_each_service_is_killed() throws Exception {
        List<Fault> faults =
                List.of(
                        new Kill(Role.WORKER),
                        new Kill(Role.ROUTER),
                        new Kill(Role.ACCOUNTING),
                        new Kill(Role.INGRESS));

        Path folder = Folders.empty(Path.of(System.getProperty("faults.folder"), "short"));
        List<Audit> audits = new FaultSuite(1, 6, true, folder, System.out).run(faults);

        assertThat(audits)
                .allSatisfy(audit -> {
                    assertThat(audit.broken().keySet())
                            .as(audit.fault())
                            .allMatch(rule -> rule.startsWith("take-over"));
                    assertThat(audit.lost()).isZero();
                    assertThat(audit.doubled()).isZero();
                    assertThat(audit.outcomes()).isEqualTo(audit.accepted());
                    assertThat(audit.charged()).isEqualTo(audit.calls() + audit.uncalled());
                });
        assertThat(audits.stream().mapToInt(Audit::accepted).sum()).isGreaterThan(REQUESTS);
    }
}
