package dev.millrace.worker.kafka;

import dev.millrace.configuration.Capability;
import dev.millrace.configuration.Defaults;
import dev.millrace.worker.canonical.TokenEstimate;
import dev.millrace.worker.dialect.ChatBody;
import dev.millrace.worker.kafka.ProviderCalls.Question;
import dev.millrace.worker.provider.Deadline;
import dev.millrace.worker.provider.Operation;
import dev.millrace.worker.provider.Outcome;
import dev.millrace.worker.provider.Progress;
import dev.millrace.worker.validation.AnswerForm;
import dev.millrace.worker.validation.Mismatch;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the provider calls of one dispatch, and checks their answers against the JSON that the
/// request asks for. An answer in another form is written down as malformed, with all that it used,
/// and the model is called again with it and with what is wrong: a repair, an attempt like every
/// other, out of a budget of its own. A stream can be repaired if it is held back until it is
/// right, for what was sent cannot be taken back. Where streams are not held back, one that the
/// client is promised the form of is checked at its end, and fails if it has another. For one
/// thread.
final class CheckedCalls {
    private static final Logger log = LoggerFactory.getLogger(CheckedCalls.class);

    private static final String REASON = "the answer is not the JSON that the request asks for";

    /// An answer in another form than was asked for.
    ///
    /// @param stream null where it came whole
    private record Wrong(
            Outcome.Completed completed,
            AnswerForm form,
            Mismatch mismatch,
            @Nullable CheckedStream stream) {

        Outcome malformed() {
            return new Outcome.Malformed(
                    REASON, new Progress(!canBeRepaired(), completed.usage()), completed.trace());
        }

        boolean canBeRepaired() {
            return stream == null || stream.isHeldBack();
        }

        /// What it counts as when there is nothing better.
        Outcome last() {
            return form.strict() ? malformed() : completed;
        }
    }

    private final TakenDispatch taken;
    private final RunParts parts;
    private final Allowance allowance;
    private final ProviderCalls calls;
    private final CurrentAttempt attempt;
    private @Nullable CheckedStream stream;
    private @Nullable Wrong wrong;

    CheckedCalls(
            TakenDispatch taken,
            RunParts parts,
            Allowance allowance,
            ProviderCalls calls,
            CurrentAttempt attempt) {
        this.allowance = allowance;
        this.taken = taken;
        this.parts = parts;
        this.calls = calls;
        this.attempt = attempt;
    }

    /// Makes a call, as [ProviderCalls#make] does, and those that repair its answer. A repair that
    /// ends without an answer is the last; one that would wait for the provider's quota for longer
    /// than a slot is kept is not made.
    ///
    /// @param number the attempt within the dispatch, from 1; repairs take the next ones
    /// @return malformed if the answer could not be repaired and the request is strict; if it is
    ///   not, the last answer as it came
    Outcome make(int number, Operation operation, Answers answers, Deadline deadline) {
        int left = repairs();
        Question asked = asked();
        Outcome outcome = call(number, asked, operation, answers, deadline, left > 0);
        for (int next = number + 1; ; next++, left--) {
            Wrong before = wrong;
            if (before == null) {
                return released(outcome, stream);
            }
            Optional<Question> repair =
                    left > 0 && before.canBeRepaired() && !deadline.hasPassed()
                            ? repair(asked, before.mismatch().wish())
                            : Optional.empty();
            if (repair.isEmpty() || !allowance.await(repair.get().promptTokens(), deadline)) {
                return released(before.last(), before.stream());
            }
            outcome = call(next, repair.get(), operation, answers, deadline, left > 1);
            boolean ended =
                    outcome instanceof Outcome.Completed || outcome instanceof Outcome.Cancelled;
            if (wrong == null && outcome.progress().contentSent()) {
                return released(outcome, stream);
            }
            if (wrong == null && !ended) {
                Outcome last = before.last();
                if (last instanceof Outcome.Completed) {
                    attempt.fallBack();
                }
                return released(last, before.stream());
            }
        }
    }

    /// @return an answer, of which nothing is held back any more, or a failure
    private static Outcome released(Outcome outcome, @Nullable CheckedStream stream) {
        if (stream != null && outcome instanceof Outcome.Completed) {
            stream.release();
        }
        return outcome;
    }

    private Outcome call(
            int number,
            Question question,
            Operation operation,
            Answers answers,
            Deadline deadline,
            boolean more) {
        wrong = null;
        stream = operation == Operation.CHAT_COMPLETION ? checked(question, answers) : null;
        return calls.make(
                number,
                question,
                operation,
                answers,
                stream == null ? answers : stream,
                deadline,
                outcome -> judged(outcome, question, operation, more && !deadline.hasPassed()));
    }

    /// @return null if the answer is not streamed, or goes out unchecked
    private @Nullable CheckedStream checked(Question question, Answers answers) {
        if (!taken.isStream()) {
            return null;
        }
        boolean hold = holdsStreams();
        return (hold ? form(question).isPresent() : isPromised(question))
                ? new CheckedStream(
                        answers, attempt::contentCame, hold, parts.settings().longestKept())
                : null;
    }

    /// Whether the client is promised the form of its answer, which only a schema's can be.
    private boolean isPromised(Question question) {
        return taken.dispatch()
                        .getClassification()
                        .getCapabilities()
                        .contains(Capability.JSON_SCHEMA.spelling())
                && form(question).filter(AnswerForm::strict).isPresent();
    }

    /// What a call's outcome counts as.
    ///
    /// @param more whether a wrong answer is repaired
    private Outcome judged(Outcome outcome, Question question, Operation operation, boolean more) {
        boolean chat = operation == Operation.CHAT_COMPLETION;
        if (chat && outcome instanceof Outcome.Completed completed) {
            return judged(completed, question, more);
        }
        return stream != null && stream.isHeldBack() ? outcome.heldBack() : outcome;
    }

    private Outcome judged(Outcome.Completed completed, Question question, boolean more) {
        Wrong found = wrong(completed, question);
        wrong = found;
        if (found == null) {
            return completed;
        }
        boolean repaired = more && found.canBeRepaired();
        log.info(
                "event=answer_in_another_form provider={} dispatch={} problems={} repair={}",
                taken.dispatch().getProvider(),
                taken.dispatch().getDispatchId(),
                found.mismatch().problems().size(),
                repaired);
        return repaired ? found.malformed() : found.last();
    }

    private @Nullable Wrong wrong(Outcome.Completed completed, Question question) {
        byte[] answer = completed.body();
        CheckedStream streamed = stream;
        if (answer == null && streamed == null) {
            return null;
        }
        return form(question)
                .flatMap(form ->
                        mismatch(form, answer, streamed)
                                .map(found -> new Wrong(completed, form, found, streamed)))
                .orElse(null);
    }

    private Optional<AnswerForm> form(Question question) {
        return unlessFailed(() -> parts.forms().of(question.body()));
    }

    private static Optional<Mismatch> mismatch(
            AnswerForm form, byte @Nullable [] answer, @Nullable CheckedStream streamed) {
        return unlessFailed(() -> {
            if (answer != null) {
                return form.check(answer);
            }
            return streamed == null ? Optional.empty() : streamed.whole().flatMap(form::check);
        });
    }

    /// A check that fails takes no answer away that was paid for.
    private static <T> Optional<T> unlessFailed(Supplier<Optional<T>> check) {
        try {
            return check.get();
        } catch (RuntimeException bug) {
            log.error("event=answer_check_failed cause={}", bug.getClass().getName());
            return Optional.empty();
        }
    }

    /// How often the answer may be repaired here. Which of the calls at earlier targets were
    /// repairs is not known: each but the first may have been one.
    private int repairs() {
        if (taken.isStream() && !holdsStreams()) {
            return 0;
        }
        int configured = defaults().jsonRepairs();
        return Math.max(0, configured - Math.max(0, taken.dispatch().getAttempts() - 1));
    }

    private boolean holdsStreams() {
        Defaults defaults = defaults();
        return defaults.repairStreams() && defaults.jsonRepairs() > 0;
    }

    private Defaults defaults() {
        return parts.config().applied().configuration().defaults();
    }

    private Question asked() {
        return new Question(
                Wire.bytes(taken.dispatch().getRequest().getBody()),
                taken.dispatch().getClassification().getEstimatedPromptTokens());
    }

    /// @return empty if nothing can be added to the request
    private Optional<Question> repair(Question asked, List<ChatBody.Said> wish) {
        String model = taken.dispatch().getUpstreamModel();
        long more =
                wish.stream().mapToLong(one -> TokenEstimate.tokens(model, one.content())).sum();
        return ChatBody.with(asked.body(), wish)
                .map(longer -> new Question(longer, asked.promptTokens() + more));
    }
}
