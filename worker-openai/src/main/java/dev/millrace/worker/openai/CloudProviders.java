package dev.millrace.worker.openai;

import static dev.millrace.worker.http.HttpKind.CLOUD_IDLE;

import dev.millrace.configuration.ProviderKind;
import dev.millrace.worker.anthropic.AnthropicDialect;
import dev.millrace.worker.azure.AzureDialect;
import dev.millrace.worker.cohere.CohereDialect;
import dev.millrace.worker.dialect.OpenAiDialect;
import dev.millrace.worker.gemini.GeminiDialect;
import dev.millrace.worker.http.HttpKind;
import dev.millrace.worker.http.HttpProviders;
import dev.millrace.worker.transport.UpstreamSettings;
import dev.millrace.worker.vertex.VertexDialect;
import java.time.InstantSource;
import java.util.Map;
import java.util.Objects;

/// Makes providers of the kinds that run in somebody's cloud. Each kind is a line here.
public final class CloudProviders extends HttpProviders {
    /// @param clock for timeouts, for the answers' dates and for tokens that expire
    public CloudProviders(InstantSource clock) {
        super(kinds(clock), clock);
    }

    private static Map<ProviderKind, HttpKind> kinds(InstantSource clock) {
        return Map.of(
                ProviderKind.OPENAI,
                new HttpKind(provider -> OpenAiDialect.of(provider, false), CLOUD_IDLE),
                ProviderKind.OPENAI_COMPATIBLE,
                new HttpKind(provider -> OpenAiDialect.of(provider, true), UpstreamSettings.IDLE),
                ProviderKind.AZURE_OPENAI,
                new HttpKind(provider -> AzureDialect.of(provider, clock), CLOUD_IDLE),
                ProviderKind.ANTHROPIC,
                new HttpKind(
                        provider -> new AnthropicDialect(provider.dropsUnsupported()), CLOUD_IDLE),
                ProviderKind.GEMINI,
                new HttpKind(
                        provider -> new GeminiDialect(provider.dropsUnsupported()), CLOUD_IDLE),
                ProviderKind.VERTEX_AI,
                new HttpKind(VertexDialect::of, CLOUD_IDLE),
                ProviderKind.COHERE,
                new HttpKind(
                        provider ->
                                new CohereDialect(
                                        Objects.requireNonNull(provider.baseUrl(), "base URL"),
                                        provider.dropsUnsupported()),
                        CLOUD_IDLE));
    }
}
