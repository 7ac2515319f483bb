package dev.millrace.ingress.http;

import dev.millrace.ingress.intake.HeapBudget;
import dev.millrace.ingress.intake.Refused;
import dev.millrace.ingress.registry.RegistryReply;
import dev.millrace.ingress.registry.SchemaRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;

/// The paths of Confluent's schema registry.
final class RegistryPages {

    /// A page of the registry.
    @FunctionalInterface
    interface Page {
        Answer answer(ServerRequest request);
    }

    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

    private final SchemaRegistry registry;
    private final BodyIntake intake;
    private final HeapBudget heap;

    RegistryPages(SchemaRegistry registry, BodyIntake intake, HeapBudget heap) {
        this.registry = registry;
        this.intake = intake;
        this.heap = heap;
    }

    Map<String, Page> gets() {
        Map<String, Page> pages = new LinkedHashMap<>();
        pages.put("/subjects", page(r -> registry.subjects()));
        pages.put(
                "/subjects/{subject}/versions",
                page(r -> registry.versions(r.pathVariable("subject"))));
        pages.put(
                "/subjects/{subject}/versions/{version}",
                page(r -> registry.version(r.pathVariable("subject"), r.pathVariable("version"))));
        pages.put(
                "/subjects/{subject}/versions/{version}/schema",
                page(r ->
                        registry.schemaOfVersion(
                                r.pathVariable("subject"), r.pathVariable("version"))));
        pages.put("/schemas/types", page(r -> registry.types()));
        pages.put("/schemas/ids/{id}", page(r -> registry.schemaOfId(r.pathVariable("id"))));
        pages.put(
                "/schemas/ids/{id}/schema",
                page(r -> registry.plainSchemaOfId(r.pathVariable("id"))));
        pages.put(
                "/schemas/ids/{id}/subjects",
                page(r -> registry.subjectsOfId(r.pathVariable("id"))));
        pages.put(
                "/schemas/ids/{id}/versions",
                page(r -> registry.versionsOfId(r.pathVariable("id"))));
        pages.put("/config", page(r -> registry.config()));
        pages.put("/config/{subject}", page(r -> registry.config()));
        pages.put("/mode", page(r -> registry.mode()));
        return pages;
    }

    Map<String, HandlerFunction<ServerResponse>> posts() {
        return Map.of(
                "/subjects/{subject}", withBody(registry::lookUp),
                "/subjects/{subject}/versions", withBody(registry::register));
    }

    private static Page page(Function<ServerRequest, RegistryReply> reply) {
        return request -> answer(reply.apply(request));
    }

    private HandlerFunction<ServerResponse> withBody(
            BiFunction<String, byte[], RegistryReply> reply) {
        return request -> {
            Call call = Call.of(request);
            call.operation("registry");
            String subject = request.pathVariable("subject");
            try {
                intake.checkHeaders(request.headers());
                HeapBudget.Reservation reservation = heap.reserve();
                call.hold(reservation);
                return intake.read(request, reservation)
                        .flatMap(body ->
                                VirtualCalls.run(
                                        call,
                                        (same, to) -> to.send(answer(reply.apply(subject, body)))));
            } catch (Refused e) {
                return intake.refuse(request, e);
            }
        };
    }

    private static Answer answer(RegistryReply reply) {
        HttpHeaders headers = new HttpHeaders();
        headers.set(HttpHeaders.CONTENT_TYPE, CONTENT_TYPE);
        return new Answer(reply.status(), headers, reply.json());
    }
}
