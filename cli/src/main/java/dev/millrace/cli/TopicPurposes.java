package dev.millrace.cli;

import dev.millrace.topics.Topics;
import java.util.HashMap;
import java.util.Map;

/// What each topic holds, in a phrase.
final class TopicPurposes {

    private static final String DISPATCHES = "dispatches.";

    private final String dispatches;
    private final Map<String, String> phrases = new HashMap<>();

    TopicPurposes(Topics topics) {
        dispatches = topics.layout().prefix() + DISPATCHES;
        phrases.put(topics.inferenceRequests().name(), "requests, as clients sent them");
        phrases.put(topics.replies().name(), "answers on their way to the HTTP API");
        phrases.put(topics.reroutes().name(), "failed attempts, for another target");
        phrases.put(topics.completions().name(), "what happens to requests whose outcome is kept");
        phrases.put(topics.results().name(), "the outcomes that are kept");
        phrases.put(topics.attempts().name(), "start and end of every provider call");
        phrases.put(topics.charges().name(), "what each attempt costs");
        phrases.put(topics.hourlyCosts().name(), "costs by hour");
        phrases.put(topics.dailyCosts().name(), "costs by day");
        phrases.put(topics.monthlyCosts().name(), "costs by month");
        phrases.put(topics.finalCosts().name(), "costs by hour, once the hour is closed");
        phrases.put(topics.labelCosts().name(), "costs by label, by hour, day and month");
        phrases.put(topics.rebuilds().name(), "rebuilds of the costs, asked for and done");
        phrases.put(topics.prices().name(), "prices beside the configuration's");
        phrases.put(topics.config().name(), "versions of the configuration");
        phrases.put(topics.poolStatus().name(), "heartbeats of the services");
        phrases.put(topics.cancellations().name(), "cancelled requests");
        phrases.put(
                topics.deadLetters().name(), "records that nobody could handle, with the reason");
    }

    /// What a topic holds.
    ///
    /// @param name the full name, prefix included
    String of(String name) {
        if (name.startsWith(dispatches)) {
            String rest = name.substring(dispatches.length());
            int dot = rest.lastIndexOf('.');
            return dot < 0
                    ? "requests for " + rest
                    : rest.substring(dot + 1) + " requests for " + rest.substring(0, dot);
        }
        return phrases.getOrDefault(name, "not in this version's catalogue");
    }
}
