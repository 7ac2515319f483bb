package dev.millrace.worker.http;

import dev.millrace.worker.provider.ProviderHealth;
import dev.millrace.worker.transport.UpstreamClient;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks at one provider's server, and remembers which of its models are called in between.
/// Thread-safe.
final class ServerLook {
    private static final Logger log = LoggerFactory.getLogger(ServerLook.class);

    /// Names come from clients too: more than these are not remembered.
    private static final int MOST = 1000;

    private final ServerProbe server;
    private final UpstreamClient client;
    private final InstantSource clock;
    private final Map<String, Integer> underWay = new HashMap<>();
    private final Set<String> ended = new HashSet<>();

    ServerLook(ServerProbe server, UpstreamClient client, InstantSource clock) {
        this.server = server;
        this.client = client;
        this.clock = clock;
    }

    synchronized void callBegins(String model) {
        underWay.merge(model, 1, Integer::sum);
    }

    synchronized void callEnds(String model) {
        underWay.computeIfPresent(model, (_, calls) -> calls == 1 ? null : calls - 1);
        if (ended.size() < MOST) {
            ended.add(model);
        }
    }

    /// Whether a call to this model may have to wait until it is loaded.
    boolean isCold(String model) {
        return server.isCold(model);
    }

    /// Asks the server about itself.
    ///
    /// @param ready what its list of models says
    /// @param headers that carry the credential
    ProviderHealth at(ProviderHealth.Ready ready, Map<String, String> headers)
            throws InterruptedException {
        ServerQuestions questions = new ServerQuestions(client, headers, clock);
        try {
            return server.look(ready.models(), calledSinceLast(), questions);
        } catch (RuntimeException bug) {
            log.error("event=server_look_failed", bug);
            return ready;
        }
    }

    /// The models of the calls that are under way or have ended since this was last asked.
    private synchronized Set<String> calledSinceLast() {
        Set<String> models = new HashSet<>(underWay.keySet());
        models.addAll(ended);
        ended.clear();
        return models;
    }
}
