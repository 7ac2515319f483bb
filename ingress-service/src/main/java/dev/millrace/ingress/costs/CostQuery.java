package dev.millrace.ingress.costs;

import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A question about costs.
///
/// @param groupBy the dimensions to tell apart, in the order asked for; empty sums over all
/// @param since the bucket that this time lies in is the first to be counted; null from the start
/// @param until buckets that start at or after this time are not counted; null to the end
/// @param bucket the length of the buckets
/// @param tenant only this tenant's; null for all
public record CostQuery(
        List<Dimension> groupBy,
        @Nullable Instant since,
        @Nullable Instant until,
        Bucket bucket,
        @Nullable String tenant) {

    private static final Set<String> PARAMETERS = Set.of("group_by", "since", "until", "bucket");

    public CostQuery {
        groupBy = List.copyOf(groupBy);
    }

    /// Reads a question.
    ///
    /// @param parameters of the request's query, each with all its values
    /// @param tenant only this tenant's; null for all
    /// @throws Refused naming the parameter that is wrong
    public static CostQuery read(
            Map<String, ? extends Collection<String>> parameters, @Nullable String tenant)
            throws Refused {
        Map<String, String> values = new HashMap<>();
        for (var parameter : parameters.entrySet()) {
            String name = parameter.getKey();
            if (!PARAMETERS.contains(name)) {
                throw invalid(name, "is not a parameter of costs; these are: " + PARAMETERS);
            }
            values.put(name, String.join(",", parameter.getValue()));
        }
        Instant since = time("since", values.get("since"));
        Instant until = time("until", values.get("until"));
        if (since != null && until != null && !since.isBefore(until)) {
            throw invalid("until", "must be later than since");
        }
        return new CostQuery(
                groupBy(values.getOrDefault("group_by", "")),
                since,
                until,
                Bucket.spelled(values.getOrDefault("bucket", "day"))
                        .orElseThrow(() -> invalid("bucket", "must be hour, day or month")),
                tenant);
    }

    /// What the rows answer: one line for each bucket, group and currency, oldest bucket first.
    ///
    /// @throws Refused if the question reaches back further than what is kept
    public List<CostLine> answer(CostSource source) throws Refused {
        if (label() == null) {
            return lines(source.totals(bucket).orElseThrow(CostQuery::unread));
        }
        LabelledCosts labelled = source.labelled(bucket).orElseThrow(CostQuery::unread);
        Instant dropped = labelled.droppedUntil();
        if (dropped != null && (since == null || !bucket.startOf(since).isAfter(dropped))) {
            throw invalid(
                    "since",
                    "must be later than "
                            + dropped
                            + ": the costs by label of older "
                            + bucket.name().toLowerCase(Locale.ROOT)
                            + "s are too many to be kept here; ask for longer buckets, or read them"
                            + " from the topic");
        }
        return lines(labelled.rows());
    }

    private List<CostLine> lines(Collection<CostRow> rows) {
        String label = label();
        Instant from = since == null ? null : bucket.startOf(since);
        Map<CostLine.Group, CostLine> lines = new HashMap<>();
        for (CostRow row : rows) {
            if ((tenant == null || row.tenant().equals(tenant))
                    && (label == null || isOf(row, label))
                    && (from == null || !row.bucket().isBefore(from))
                    && (until == null || row.bucket().isBefore(until))) {
                CostLine.Group group = CostLine.Group.of(row, groupBy);
                lines.merge(group, new CostLine(group, row.sums()), CostLine::plus);
            }
        }
        return lines.values().stream()
                .filter(line -> !line.isEmpty())
                .sorted(CostLine.ORDER)
                .toList();
    }

    private static List<Dimension> groupBy(String text) throws Refused {
        List<Dimension> dimensions = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            if (word.isBlank()) {
                continue;
            }
            Dimension dimension =
                    Dimension.spelled(word.strip())
                            .orElseThrow(() ->
                                    invalid(
                                            "group_by",
                                            "takes tenant, key, provider, model, lane and one"
                                                    + " label:NAME, separated by commas"));
            if (!dimensions.contains(dimension)) {
                dimensions.add(dimension);
            }
        }
        if (dimensions.stream().filter(Dimension.ByLabel.class::isInstance).count() > 1) {
            throw invalid(
                    "group_by",
                    "takes one label: an attempt has several, and each is summed up by itself");
        }
        return dimensions;
    }

    /// The label that is told apart by; null without one.
    private @Nullable String label() {
        for (Dimension dimension : groupBy) {
            if (dimension instanceof Dimension.ByLabel(String name)) {
                return name;
            }
        }
        return null;
    }

    private static boolean isOf(CostRow row, String label) {
        return row.label() != null && row.label().name().equals(label);
    }

    private static Refused unread() {
        return new Refused(Refusal.unavailable("The costs are still being read."));
    }

    private static @Nullable Instant time(String name, @Nullable String text) throws Refused {
        if (text == null) {
            return null;
        }
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException _) {
            throw invalid(
                    name,
                    "must be a date (2026-01-31) or a time with its offset (2026-01-31T12:00:00Z)");
        }
    }

    private static Refused invalid(String name, String why) {
        return new Refused(Refusal.invalid(name, "invalid_value", "'" + name + "' " + why + "."));
    }
}
