package dev.millrace.cli.compare;

/// What a judging model said of an answer.
public sealed interface Verdict {

    /// The judge's own call.
    Outcome outcome();

    /// @param score from 1, the worst, to 10
    record Scored(int score, Outcome outcome) implements Verdict {}

    /// The judge failed, or gave no score.
    ///
    /// @param code a word for the reason
    record NotJudged(String code, Outcome outcome) implements Verdict {}
}
