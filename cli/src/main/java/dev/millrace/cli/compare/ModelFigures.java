package dev.millrace.cli.compare;

import dev.millrace.cli.compare.Outcome.Answered;
import dev.millrace.cli.compare.Outcome.Failed;
import dev.millrace.cli.compare.Verdict.NotJudged;
import dev.millrace.cli.compare.Verdict.Scored;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a model's calls came to. Times, speed, tokens and cost are of the answers; failures count
/// as nothing but failures.
///
/// @param calls all of them
/// @param failures how many for each reason
/// @param total from sending the request to the end of the answer
/// @param firstToken from there to the first piece of the answer
/// @param tokensPerSecond the median of the answers' speeds while they were generated; null where
///   none has one
/// @param checked answers of which something was expected
/// @param passed of them, how many were as expected
/// @param judged answers that a judge gave a score
/// @param notJudged for each reason, how many answers it gave none
/// @param meanScore from 1 to 10; null where no answer has a score
/// @param cutOff answers that ended at their limit of tokens
/// @param fallbacks answers that did not come from the target that was asked first
public record ModelFigures(
        String model,
        int calls,
        Map<String, Integer> failures,
        Spread total,
        Spread firstToken,
        @Nullable Double tokensPerSecond,
        Spending spending,
        int checked,
        int passed,
        int judged,
        Map<String, Integer> notJudged,
        @Nullable Double meanScore,
        int cutOff,
        int fallbacks) {

    /// How many answers there were.
    public int answers() {
        return spending.calls();
    }

    static ModelFigures of(String model, List<Call> calls) {
        List<Answered> answers = only(Answered.class, calls, Call::outcome).toList();
        List<Scored> scores = only(Scored.class, calls, Call::verdict).toList();
        List<Boolean> checks = calls.stream().map(Call::passed).filter(Objects::nonNull).toList();
        OptionalDouble mean = scores.stream().mapToInt(Scored::score).average();
        return new ModelFigures(
                model,
                calls.size(),
                counted(only(Failed.class, calls, Call::outcome).map(Failed::code)),
                Spread.of(answers.stream().map(Answered::total).toList()),
                Spread.of(
                        answers.stream()
                                .map(answer -> answer.pace().firstToken())
                                .filter(Objects::nonNull)
                                .toList()),
                Quantile.of(
                        50,
                        answers.stream()
                                .flatMap(answer -> answer.tokensPerSecond().stream().boxed())
                                .toList()),
                Spending.of(answers),
                checks.size(),
                Math.toIntExact(checks.stream().filter(passed -> passed).count()),
                scores.size(),
                counted(only(NotJudged.class, calls, Call::verdict).map(NotJudged::code)),
                mean.isPresent() ? mean.getAsDouble() : null,
                count(answers, answer -> answer.finishReason().equals("length")),
                count(answers, answer -> answer.fallbacks() > 0));
    }

    private static <T> Stream<T> only(
            Class<T> kind, List<Call> calls, Function<Call, @Nullable Object> part) {
        return calls.stream().map(part).filter(kind::isInstance).map(kind::cast);
    }

    private static int count(List<Answered> answers, Predicate<Answered> which) {
        return Math.toIntExact(answers.stream().filter(which).count());
    }

    private static Map<String, Integer> counted(Stream<String> codes) {
        return codes.collect(
                Collectors.toMap(Function.identity(), _ -> 1, Integer::sum, TreeMap::new));
    }
}
