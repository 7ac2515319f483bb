package dev.millrace.standalone;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What `millrace up` was asked to do.
///
/// @param host the address that the HTTP API listens on
/// @param port of the HTTP API; 0 picks a free one
/// @param kafkaPort of the embedded broker; 0 picks a free one
/// @param data the folder of the log and the services' state
/// @param config the configuration document; null to find providers by itself
/// @param simulate whether to use the simulated model alone, whatever else could be found
/// @param environment the environment variables
record UpOptions(
        String host,
        int port,
        int kafkaPort,
        Path data,
        @Nullable Path config,
        boolean simulate,
        Map<String, String> environment) {

    static final String LOOPBACK = "127.0.0.1";

    UpOptions {
        environment = Map.copyOf(environment);
    }

    /// Where the simulated model listens if it can: behind the API's port, so that the
    /// configuration stays the same from start to start. 0 for any port.
    int simulatedPort() {
        int behind = port + 1 == kafkaPort ? port + 2 : port + 1;
        return port == 0 || behind > Ports.LAST ? 0 : behind;
    }

    /// Whether only this machine can reach the API.
    boolean isLoopback() {
        return isLoopback(host);
    }

    /// Whether only this machine can reach what listens on `host`.
    static boolean isLoopback(String host) {
        return host.equals("localhost") || host.equals("::1") || host.startsWith("127.");
    }
}
