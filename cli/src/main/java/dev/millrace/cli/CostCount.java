package dev.millrace.cli;

import tools.jackson.databind.JsonNode;

/// What a line of costs counts.
enum CostCount {
    REQUESTS("REQUESTS", true, "requests"),
    ATTEMPTS("ATTEMPTS", true, "attempts"),
    FAILURES("FAILED", false, "failures"),
    UNPRICED("UNPRICED", false, "unpriced_attempts"),
    ESTIMATED("ESTIMATED", false, "estimated_attempts"),
    INPUT("INPUT", true, "input_tokens"),
    CACHE_READ("CACHED", false, "cache_read_tokens"),
    CACHE_WRITE("CACHE-WRITES", false, "cache_write_tokens"),
    OUTPUT("OUTPUT", true, "output_tokens"),
    REASONING("REASONING", false, "reasoning_tokens"),
    CACHE_WRITE_1H("CACHE-WRITES-1H", false, "cache_write_1h_tokens"),
    AUDIO_INPUT("AUDIO-IN", false, "audio_input_tokens"),
    AUDIO_OUTPUT("AUDIO-OUT", false, "audio_output_tokens"),
    IMAGES("IMAGES", false, "images"),
    AUDIO_MILLIS("AUDIO-MS", false, "audio_milliseconds");

    private final String heading;
    private final boolean always;
    private final String member;

    CostCount(String heading, boolean always, String member) {
        this.heading = heading;
        this.always = always;
        this.member = member;
    }

    String heading() {
        return heading;
    }

    /// Whether its column is shown where every line has 0, too.
    boolean always() {
        return always;
    }

    long in(JsonNode line) {
        return Json.count(line, member);
    }
}
