package dev.millrace.worker.local;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.worker.http.HttpKind;
import dev.millrace.worker.http.HttpProviders;
import dev.millrace.worker.local.servers.ServerDialect;
import dev.millrace.worker.transport.UpstreamSettings;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Makes providers of every self-hosted kind. All of them speak OpenAI's dialect under `/v1`, and
/// have endpoints of their own beside it.
public final class LocalProviders extends HttpProviders {

    /// @param clock for timeouts
    public LocalProviders(InstantSource clock) {
        super(
                Arrays.stream(ProviderKind.values())
                        .filter(ProviderKind::selfHosted)
                        .collect(
                                Collectors.toMap(
                                        Function.identity(),
                                        _ ->
                                                new HttpKind(
                                                        ServerDialect::of, UpstreamSettings.IDLE))),
                clock);
    }
}
