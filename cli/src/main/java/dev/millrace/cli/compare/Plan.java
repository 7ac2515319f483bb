package dev.millrace.cli.compare;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;

/// The calls of a comparison.
///
/// @param models at least one, each once
/// @param prompts at least one
/// @param runs how often each model is asked each prompt, at least 1; with models and prompts no
///   more than [#MOST_CALLS]
/// @param warmUps calls of each model that do not count, before the others; at least 0
/// @param atOnce how many calls of a model run at once, at least 1
public record Plan(
        List<String> models,
        List<Prompt> prompts,
        int runs,
        int warmUps,
        int atOnce,
        CallOrder order) {

    /// The most calls of one comparison: all of their answers are kept until its end.
    public static final int MOST_CALLS = 100_000;

    public Plan {
        models = List.copyOf(models);
        prompts = List.copyOf(prompts);
        if (models.isEmpty() || new HashSet<>(models).size() != models.size()) {
            throw new IllegalArgumentException("models: " + models);
        }
        if (prompts.isEmpty() || runs < 1 || warmUps < 0 || atOnce < 1) {
            throw new IllegalArgumentException("nothing to call, or no way to");
        }
        if ((long) models.size() * prompts.size() * runs > MOST_CALLS) {
            throw new IllegalArgumentException("more than " + MOST_CALLS + " calls");
        }
    }

    /// How many calls count.
    public int size() {
        return models.size() * sizeOfModel();
    }

    int sizeOfModel() {
        return prompts.size() * runs;
    }

    /// What is to be called, one step after the other; in a step, the models' lists at the same
    /// time, each in its order.
    List<List<List<Question>>> steps() {
        List<List<List<Question>>> steps = new ArrayList<>();
        switch (order) {
            case TOGETHER -> {
                steps.add(models.stream().map(this::warmUp).toList());
                steps.add(models.stream().map(this::questions).toList());
            }
            case SEQUENTIAL -> {
                for (String model : models) {
                    steps.add(List.of(warmUp(model)));
                    steps.add(List.of(questions(model)));
                }
            }
            case INTERLEAVED -> {
                models.forEach(model -> steps.add(List.of(warmUp(model))));
                List<List<Question>> all = models.stream().map(this::questions).toList();
                for (int from = 0; from < sizeOfModel(); from += atOnce) {
                    int to = Math.min(from + atOnce, sizeOfModel());
                    for (List<Question> questions : all) {
                        steps.add(List.of(questions.subList(from, to)));
                    }
                }
            }
        }
        return steps;
    }

    private List<Question> warmUp(String model) {
        return Collections.nCopies(warmUps, Question.warmUp(model));
    }

    private List<Question> questions(String model) {
        List<Question> questions = new ArrayList<>();
        for (int run = 1; run <= runs; run++) {
            for (Prompt prompt : prompts) {
                questions.add(new Question(model, prompt, run));
            }
        }
        return questions;
    }
}
