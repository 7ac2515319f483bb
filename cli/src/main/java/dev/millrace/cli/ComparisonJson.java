package dev.millrace.cli;

import dev.millrace.cli.compare.Call;
import dev.millrace.cli.compare.Compared;
import dev.millrace.cli.compare.ModelFigures;
import dev.millrace.cli.compare.Outcome.Answered;
import dev.millrace.cli.compare.Outcome.Failed;
import dev.millrace.cli.compare.Outcome.Usage;
import dev.millrace.cli.compare.Spending;
import dev.millrace.cli.compare.Spread;
import dev.millrace.cli.compare.Verdict.NotJudged;
import dev.millrace.cli.compare.Verdict.Scored;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.node.ObjectNode;

/// A comparison with all its figures and every call's, as JSON. What is not known is null; costs
/// are texts, as in the API, so that no reader rounds them. Prompts and answers are in it only if
/// they are wanted.
final class ComparisonJson {

    private final Compared compared;
    private final boolean answers;

    /// @param answers whether to write the prompts and the answers too
    ComparisonJson(Compared compared, boolean answers) {
        this.compared = compared;
        this.answers = answers;
    }

    /// @param startedAt when the comparison began
    String text(Instant startedAt) {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("started_at", startedAt.toString());
        root.put("complete", compared.complete());
        root.put("prompts", compared.plan().prompts().size());
        root.put("runs", compared.plan().runs());
        root.put("concurrency", compared.plan().atOnce());
        root.put("order", compared.plan().order().toString());
        root.put("warm_up", compared.plan().warmUps());
        root.put("stream", compared.sampling().stream());
        root.put("max_tokens", compared.sampling().maxTokens());
        root.put("temperature", compared.sampling().temperature());
        var models = root.putArray("models");
        compared.figures().forEach(figures -> model(models.addObject(), figures));
        if (compared.judge() == null) {
            root.putNull("judge");
        } else {
            ObjectNode judge = root.putObject("judge").put("model", compared.judge());
            judge.put("calls", compared.verdicts().size());
            spending(judge, compared.judging());
        }
        var calls = root.putArray("calls");
        compared.calls().forEach(call -> call(calls.addObject(), call));
        return Json.MAPPER
                .writer()
                .with(SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(root);
    }

    private void model(ObjectNode node, ModelFigures figures) {
        node.put("model", figures.model());
        node.put("calls", figures.calls());
        node.put("answers", figures.answers());
        counts(node.putObject("failures"), figures.failures());
        spread(node.putObject("latency_ms"), figures.total());
        spread(node.putObject("first_token_ms"), figures.firstToken());
        node.put("tokens_per_second", rounded(figures.tokensPerSecond()));
        spending(node, figures.spending());
        node.put("checked", figures.checked());
        node.put("passed", figures.passed());
        node.put("judged", figures.judged());
        counts(node.putObject("not_judged"), figures.notJudged());
        node.put("mean_score", rounded(figures.meanScore()));
        node.put("cut_off", figures.cutOff());
        node.put("fallbacks", figures.fallbacks());
    }

    private static void spending(ObjectNode node, Spending spending) {
        boolean metered = spending.metered();
        node.put("input_tokens", metered ? spending.input() : null);
        node.put("output_tokens", metered ? spending.output() : null);
        node.put("unmetered", spending.unmetered());
        node.put("unpriced", spending.unpriced());
        cost(node, spending.cost(), spending.currency());
        node.put("cost_per_million_tokens", plain(spending.perMillion()));
    }

    private void call(ObjectNode node, Call call) {
        node.put("model", call.model());
        node.put("prompt", call.prompt().id());
        node.put("run", call.run());
        switch (call.outcome()) {
            case Failed(var code, var total) ->
                    node.put("error", code).put("latency_ms", millis(total));
            case Answered answer -> answer(node, answer);
        }
        node.put("passed", call.passed());
        switch (call.verdict()) {
            case null -> {}
            case Scored scored -> node.put("score", scored.score());
            case NotJudged not -> node.putNull("score").put("not_judged", not.code());
        }
        if (answers) {
            node.set("messages", call.prompt().messages());
            if (call.outcome() instanceof Answered answer) {
                node.put("answer", answer.text());
            }
        }
    }

    private void answer(ObjectNode node, Answered answer) {
        node.putNull("error");
        node.put("latency_ms", millis(answer.total()));
        node.put("first_token_ms", millis(answer.pace().firstToken()));
        var speed = answer.tokensPerSecond();
        node.put("tokens_per_second", speed.isPresent() ? rounded(speed.getAsDouble()) : null);
        Usage usage = answer.usage();
        if (usage != null) {
            node.put("input_tokens", usage.input());
            node.put("output_tokens", usage.output());
            node.put("reasoning_tokens", usage.reasoning());
            cost(node, usage.cost(), usage.currency());
        }
        node.put("finish_reason", answer.finishReason());
        node.put("served_by", answer.servedBy());
        node.put("fallbacks", answer.fallbacks());
    }

    private static void cost(ObjectNode node, @Nullable BigDecimal cost, String currency) {
        node.put("cost", plain(cost));
        node.put("currency", cost == null || currency.isEmpty() ? null : currency);
    }

    private static void spread(ObjectNode node, Spread spread) {
        node.put("p50", millis(spread.p50())).put("p95", millis(spread.p95()));
    }

    private static void counts(ObjectNode node, Map<String, Integer> counts) {
        counts.forEach(node::put);
    }

    /// To a tenth of a millisecond: what lies below is noise.
    private static @Nullable Double millis(@Nullable Duration time) {
        return time == null ? null : rounded(time.toNanos() / 1e6);
    }

    private static @Nullable Double rounded(@Nullable Double value) {
        return value == null ? null : Math.round(value * 10) / 10.0;
    }

    private static @Nullable String plain(@Nullable BigDecimal value) {
        return value == null ? null : Json.plain(value);
    }
}
