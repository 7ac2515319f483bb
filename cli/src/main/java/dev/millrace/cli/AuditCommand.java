package dev.millrace.cli;

import dev.millrace.cli.Table.Column;
import dev.millrace.cli.ledger.Balance;
import dev.millrace.cli.ledger.Difference;
import dev.millrace.cli.ledger.LedgerBook;
import dev.millrace.topics.Topic;
import dev.millrace.topics.Topics;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `millrace audit`.
@Command(
        name = "audit",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Computes the ledger anew from its topics, and tells where it differs: every attempt",
            "charged once, every charge its usage times its price, every sum that of its charges.",
            "Ends with 1 where anything differs. What the topics no longer keep is left out."
        },
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace audit",
            "  millrace audit --json | jq '.differences[]'",
            "",
            KafkaOptions.ENVIRONMENT_1,
            KafkaOptions.ENVIRONMENT_2
        })
final class AuditCommand implements Callable<Integer> {

    /// How often the topics are read on while the accounting service may be about to catch up.
    private static final int PASSES = 20;

    /// An attempt that the log has had for so long is charged, if accounting runs.
    private static final Duration FRESH = Duration.ofSeconds(30);

    private final Surroundings around;

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Mixin private KafkaOptions target = new KafkaOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    AuditCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() throws InterruptedException {
        KafkaAccess kafka = target.access(around);
        Instant before = around.clock().instant().minus(FRESH);
        LedgerBook book = new LedgerBook();
        try (LedgerTopics topics = LedgerTopics.open(kafka, book)) {
            topics.readAll();
            List<Difference> differences = book.differences(topics.complete(), before);
            // Sums are written a moment after their charges: what differs for no other
            // reason changes from pass to pass.
            for (int pass = 0; pass < PASSES && !differences.isEmpty(); pass++) {
                topics.readOn();
                List<Difference> now = book.differences(topics.complete(), before);
                differences = differences.stream().filter(now::contains).toList();
            }
            List<Balance> balances = book.balances(topics.complete(), names(kafka));
            if (json) {
                around.out().println(json(book, balances, differences));
            } else {
                print(book, balances, differences, topics.complete());
            }
            around.out().flush();
            around.err().flush();
            return differences.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private void print(
            LedgerBook book,
            List<Balance> balances,
            List<Difference> differences,
            Instant complete) {
        Style style = around.style(options.color());
        Table table =
                new Table(
                        List.of(
                                Column.left("TOPIC"),
                                Column.left("CURRENCY"),
                                Column.right("ENTRIES"),
                                Column.right("COMPUTED"),
                                Column.right("STATED"),
                                Column.right("DRIFT")));
        for (Balance balance : balances) {
            table.row(
                    List.of(
                            balance.topic(),
                            Objects.requireNonNullElse(balance.currency(), "(no price)"),
                            Long.toString(balance.entries()),
                            plain(balance.computed()),
                            plain(balance.stated()),
                            plain(balance.drift())));
        }
        if (!balances.isEmpty()) {
            table.print(around.out(), style);
            around.out().flush();
        }
        differences.forEach(difference ->
                around.err()
                        .println(
                                style.alarming(
                                        Printable.line(
                                                difference.subject()
                                                        + ": "
                                                        + difference.reason()))));
        if (!options.quiet()) {
            around.err()
                    .println(
                            book.attempts()
                                    + " attempts charged; differences: "
                                    + differences.size()
                                    + (complete.equals(Instant.MIN)
                                            ? ""
                                            : "; audited from " + complete));
        }
    }

    private static String json(
            LedgerBook book, List<Balance> balances, List<Difference> differences) {
        ObjectNode audit = Json.MAPPER.createObjectNode().put("object", "audit");
        audit.put("attempts", book.attempts());
        ArrayNode rows = audit.putArray("balances");
        for (Balance balance : balances) {
            rows.addObject()
                    .put("topic", balance.topic())
                    .put("currency", balance.currency())
                    .put("entries", balance.entries())
                    .put("computed", plain(balance.computed()))
                    .put("stated", plain(balance.stated()))
                    .put("drift", plain(balance.drift()));
        }
        ArrayNode found = audit.putArray("differences");
        for (Difference difference : differences) {
            found.addObject()
                    .put("subject", difference.subject())
                    .put("reason", difference.reason());
        }
        return Json.MAPPER.writeValueAsString(audit);
    }

    private static List<String> names(KafkaAccess kafka) {
        Topics topics = kafka.log().topics();
        return Stream.concat(Stream.of(topics.charges()), LedgerTopics.sums(topics).stream())
                .map(Topic::name)
                .toList();
    }

    private static String plain(BigDecimal amount) {
        return amount.signum() == 0 ? "0" : amount.stripTrailingZeros().toPlainString();
    }
}
