package dev.millrace.cli.compare;

import java.util.Locale;

/// In which order models are called.
public enum CallOrder {
    /// In turns: as many calls as may run at once of the first model, then those same prompts of
    /// the second, and so on. Models do not slow each other down, and what changes with time hits
    /// all alike.
    INTERLEAVED,
    /// All calls of a model before the first of the next: a server that has to load a model loads
    /// it once.
    SEQUENTIAL,
    /// All models at the same time: the fastest, for models that share nothing.
    TOGETHER;

    /// As the command line spells it.
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
