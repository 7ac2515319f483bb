package dev.millrace.ingress.http;

import dev.millrace.ingress.access.Caller;
import dev.millrace.ingress.http.CurrentSettings.Applied;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import dev.millrace.ingress.models.LiveServices;
import dev.millrace.ingress.models.ModelListing;
import dev.millrace.ingress.models.ServiceInstance;
import dev.millrace.ingress.models.UsableModel;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// What lives behind the log, as lists: `/v1/models`, `/admin/providers`, `/admin/config`.
final class Listings {

    private final CurrentSettings settings;
    private final LiveServices services;

    Listings(CurrentSettings settings, LiveServices services) {
        this.settings = settings;
        this.services = services;
    }

    /// The models that the caller can use now.
    Answer models(@Nullable String authorization) throws Refused {
        Applied applied = settings.require();
        Caller caller = applied.caller(authorization);
        List<UsableModel> usable = listing(applied).of(caller);
        return list(json ->
                usable.forEach(model -> {
                    json.writeStartObject();
                    write(json, model);
                    json.writeEndObject();
                }));
    }

    /// One model that the caller can use now.
    Answer model(@Nullable String authorization, String id) throws Refused {
        Applied applied = settings.require();
        if (!applied.caller(authorization).mayUse(id)) {
            throw new Refused(Refusal.modelNotAllowed(id));
        }
        UsableModel model =
                listing(applied).find(id).orElseThrow(() -> new Refused(Refusal.modelNotFound(id)));
        return Answer.json(200, json -> write(json, model));
    }

    /// Every pool of every worker that lives.
    Answer providers(@Nullable String authorization) throws Refused {
        settings.require().caller(authorization);
        return list(json -> {
            for (ServiceInstance instance : services.now()) {
                instance.pools().forEach(pool -> PoolJson.write(json, instance, pool));
            }
        });
    }

    /// The configuration version that each instance has applied.
    Answer configVersions(@Nullable String authorization) throws Refused {
        Applied applied = settings.require();
        applied.caller(authorization);
        return Answer.json(
                200,
                json -> {
                    json.writeStringProperty("object", "list");
                    json.writeNumberProperty("version", applied.version());
                    json.writeArrayPropertyStart("data");
                    for (ServiceInstance instance : services.now()) {
                        json.writeStartObject();
                        json.writeStringProperty("instance", instance.name());
                        json.writeStringProperty("role", spelling(instance.role()));
                        json.writeNumberProperty("version", instance.configVersion());
                        json.writeStringProperty("started_at", instance.startedAt().toString());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                });
    }

    private ModelListing listing(Applied applied) {
        return new ModelListing(applied.configuration(), services.now());
    }

    private static Answer list(Consumer<JsonGenerator> entries) {
        return Answer.json(
                200,
                json -> {
                    json.writeStringProperty("object", "list");
                    json.writeArrayPropertyStart("data");
                    entries.accept(json);
                    json.writeEndArray();
                });
    }

    private static void write(JsonGenerator json, UsableModel model) {
        json.writeStringProperty("id", model.id());
        json.writeStringProperty("object", "model");
        json.writeNumberProperty("created", model.since().getEpochSecond());
        json.writeStringProperty("owned_by", model.ownedBy());
    }

    private static String spelling(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }
}
