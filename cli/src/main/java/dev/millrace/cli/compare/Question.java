package dev.millrace.cli.compare;

import tools.jackson.databind.node.ObjectNode;

/// One call that is to be made.
///
/// @param run how often the model is asked this prompt with it, from 1 on; [#WARM_UP] for a call
///   that does not count
record Question(String model, Prompt prompt, int run) {

    static final int WARM_UP = 0;

    private static final Prompt HELLO = Prompt.of("warm-up", "Say hello.");

    /// A call that only makes a model and its connection ready. It has a prompt of its own, so that
    /// it leaves none of the others in a provider's cache.
    static Question warmUp(String model) {
        return new Question(model, HELLO, WARM_UP);
    }

    boolean counts() {
        return run != WARM_UP;
    }

    /// The API's request.
    ObjectNode body(Sampling sampling) {
        ObjectNode body = JsonLine.MAPPER.createObjectNode().put("model", model);
        body.set("messages", prompt.messages());
        sampling.addTo(body);
        return body;
    }
}
