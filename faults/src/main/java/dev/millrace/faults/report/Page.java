package dev.millrace.faults.report;

import dev.millrace.faults.audit.Audit;
import dev.millrace.faults.fault.Fault;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/// `docs/faults.md`.
public final class Page {

    private static final String INTRODUCTION =
            """
            # What happens when parts are killed

            ```sh
            ./mvnw verify -Pfaults
            ```

            prints this table, and writes this page. Every service is a process of its own, two of each, on real
            brokers. The provider is a fake that counts every call. The whole time, clients of eight tenants send
            requests of five kinds in turn: JSON over HTTP, streams, over Kafka, with an idempotency key, and with
            `Prefer: respond-async`. Those with a key ask again, of the other instance too, until they know. An auditor
            that shares no code with the accounting service then reads the log itself, and compares what each client
            was told, what the provider counted, the attempts, the charges and the sums.

            `-Dfaults.only=kill-worker,kill-router` runs some rows, `-Dfaults.kills=3` kills each service less often,
            `-Dfaults.rate=10` sends more. `./mvnw verify -Pshort-faults` runs the first four rows with one kill each.

            """;

    private static final String COLUMNS =
            """

            | column | |
            |---|---|
            | strikes | kills, stops, and times that an instance was cut off from its log |
            | accepted | requests on the log |
            | outcomes | those of them whose client was told how they ended. For plain HTTP, and for `respond-async` before its 202, a connection that breaks because its ingress dies is the outcome |
            | errors | outcomes that were not the whole answer |
            | lost | accepted, and nobody was told |
            | doubled | more than one visible outcome. A plain caller over Kafka takes the first reply, and drops the rest |
            | charged | attempts with exactly one charge, reversals taken off |
            | extra calls | provider calls beyond the first of each request |
            | uncalled | attempts whose start is on the log and whose call the provider never saw; charged by estimate |
            | take-over | the longest that a piece of the killed instance's work lay, by the times of the log |

            Every row also has to show: no call after its deadline, no call without its start on the log, no call
            repeated whose end was committed, no charge of a call twice, estimates flagged, and sums by hour, day and
            month that are exactly the sums of the charges.
            """;

    private Page() {}

    /// The page's text.
    ///
    /// @param took how long the run took
    public static String of(List<Fault> faults, List<Audit> audits, Duration took) {
        StringBuilder text = new StringBuilder(INTRODUCTION);
        text.append("Run on ")
                .append(LocalDate.now(ZoneOffset.UTC))
                .append(", ")
                .append(Runtime.getRuntime().availableProcessors())
                .append(" cores, ")
                .append(took.toMinutes())
                .append(" minutes.\n\n");
        text.append(Table.of(audits)).append(COLUMNS);
        text.append("\n| fault | what has to hold |\n|---|---|\n");
        faults.forEach(
                fault -> text.append("| " + fault.name() + " | " + fault.expected() + " |\n"));
        String broken = Table.faultsFound(audits);
        if (!broken.isEmpty()) {
            text.append("\n## What broke\n\n```\n").append(broken).append("```\n");
        }
        return text.toString();
    }
}
