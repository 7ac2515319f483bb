package dev.millrace.worker.quota;

import java.util.LinkedHashMap;
import java.util.Map;

/// The forecasts of the models that were called last. Not thread-safe.
final class Forecasts {
    private static final int MODELS = 64;

    private final Map<String, OutputForecast> models =
            new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, OutputForecast> eldest) {
                    return size() > MODELS;
                }
            };

    private final OutputForecast unknown = new OutputForecast();

    /// What is thought of a model, which may never have been called.
    OutputForecast look(String model) {
        OutputForecast known = models.get(model);
        return known == null ? unknown : known;
    }

    /// The forecast that learns from a model that is called.
    OutputForecast of(String model) {
        return models.computeIfAbsent(model, _ -> new OutputForecast());
    }
}
