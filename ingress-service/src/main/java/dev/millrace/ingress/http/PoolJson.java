package dev.millrace.ingress.http;

import dev.millrace.ingress.models.Pool;
import dev.millrace.ingress.models.PoolServer;
import dev.millrace.ingress.models.ServerLoad;
import dev.millrace.ingress.models.ServiceInstance;
import dev.millrace.ingress.models.TargetHealth;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// An entry of `/admin/providers`.
final class PoolJson {

    private PoolJson() {}

    static void write(JsonGenerator json, ServiceInstance instance, Pool pool) {
        json.writeStartObject();
        json.writeStringProperty("provider", pool.provider());
        json.writeStringProperty("kind", pool.kind());
        json.writeStringProperty("location", pool.local() ? "local" : "cloud");
        json.writeBooleanProperty("discovered", pool.discovered());
        json.writeStringProperty("state", spelling(pool.state()));
        json.writeArrayPropertyStart("models");
        pool.models().forEach(json::writeString);
        json.writeEndArray();
        json.writeNumberProperty("window", pool.window());
        json.writeNumberProperty("in_flight", pool.inFlight());
        json.writeStringProperty("last_error", pool.lastError());
        json.writeArrayPropertyStart("targets");
        pool.targets().forEach(target -> write(json, target));
        json.writeEndArray();
        write(json, "server_load", pool.serverLoad());
        json.writeArrayPropertyStart("servers");
        pool.servers().forEach(server -> write(json, server));
        json.writeEndArray();
        json.writeStringProperty("instance", instance.name());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, TargetHealth target) {
        json.writeStartObject();
        json.writeStringProperty("model", target.model());
        json.writeStringProperty("circuit", spelling(target.circuit()));
        json.writeNumberProperty("calls", target.calls());
        json.writeNumberProperty("failures", target.failures());
        json.writeNumberProperty("throttled", target.throttled());
        number(json, "latency_p50_ms", target.latencyP50());
        number(json, "latency_p95_ms", target.latencyP95());
        number(json, "first_content_p50_ms", target.firstContentP50());
        number(json, "first_content_p95_ms", target.firstContentP95());
        error(json, target.lastError(), target.lastErrorAt());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, PoolServer server) {
        json.writeStartObject();
        json.writeStringProperty("address", server.address());
        json.writeStringProperty("state", spelling(server.state()));
        json.writeNumberProperty("in_flight", server.inFlight());
        write(json, "load", server.load());
        error(json, server.lastError(), server.lastErrorAt());
        json.writeEndObject();
    }

    private static void error(JsonGenerator json, @Nullable String error, @Nullable Instant at) {
        json.writeStringProperty("last_error", error);
        json.writeStringProperty("last_error_at", at == null ? null : at.toString());
    }

    private static void write(JsonGenerator json, String name, @Nullable ServerLoad load) {
        if (load == null) {
            json.writeNullProperty(name);
            return;
        }
        json.writeObjectPropertyStart(name);
        number(json, "running", load.running());
        number(json, "waiting", load.waiting());
        number(json, "slots", load.slots());
        part(json, "kv_cache_use", load.kvCacheUse());
        part(json, "gpu_memory_use", load.gpuMemoryUse());
        json.writeEndObject();
    }

    private static void number(JsonGenerator json, String name, @Nullable Long value) {
        json.writeName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(value);
        }
    }

    private static void part(JsonGenerator json, String name, @Nullable Double value) {
        json.writeName(name);
        if (value == null) {
            json.writeNull();
        } else {
            json.writeNumber(value);
        }
    }

    private static String spelling(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
