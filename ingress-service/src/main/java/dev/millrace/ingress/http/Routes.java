package dev.millrace.ingress.http;

import dev.millrace.ingress.answer.AcceptedRequest.Operation;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import dev.millrace.ingress.metrics.IngressMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.server.HandlerFunction;
import org.springframework.web.reactive.function.server.RequestPredicates;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;

/// Every path, with the methods that it takes. Other methods get 405, other paths 404.
final class Routes {

    private static final String PROMETHEUS = "text/plain;version=0.0.4;charset=utf-8";

    /// An answer that needs nothing but the request.
    @FunctionalInterface
    private interface Page {
        Answer answer(ServerRequest request) throws Refused, InterruptedException;
    }

    private final Map<String, Map<HttpMethod, HandlerFunction<ServerResponse>>> table =
            new LinkedHashMap<>();

    Routes(
            Completions completions,
            Requests requests,
            Listings listings,
            Costs costs,
            Readiness readiness,
            IngressMetrics metrics,
            RegistryPages registry) {
        post("/v1/chat/completions", r -> completions.handle(r, Operation.CHAT_COMPLETION));
        post("/v1/embeddings", r -> completions.handle(r, Operation.EMBEDDING));
        page("/v1/requests/{id}", "requests", r -> requests.show(key(r), r.pathVariable("id")));
        page(
                HttpMethod.DELETE,
                "/v1/requests/{id}",
                "requests",
                r -> requests.cancel(key(r), r.pathVariable("id")));
        page("/v1/models", "models", r -> listings.models(key(r)));
        page("/v1/models/{*id}", "models", r -> listings.model(key(r), id(r)));
        page("/v1/costs", "costs", r -> costs.answer(key(r), r.queryParams(), wantsCsv(r)));
        page("/admin/providers", "admin", r -> listings.providers(key(r)));
        page("/admin/config", "admin", r -> listings.configVersions(key(r)));
        page("/livez", "probe", r -> Answer.json(200, j -> j.writeStringProperty("status", "ok")));
        page("/readyz", "probe", r -> readiness.answer());
        page("/actuator/prometheus", "metrics", r -> Answer.ok(PROMETHEUS, metrics.scrape()));
        registry.gets().forEach((path, page) -> page(path, "registry", page::answer));
        registry.posts().forEach(this::post);
    }

    RouterFunction<ServerResponse> function() {
        RouterFunctions.Builder routes = RouterFunctions.route();
        table.forEach((path, methods) ->
                methods.forEach((method, handler) ->
                        routes.route(
                                RequestPredicates.method(method).and(RequestPredicates.path(path)),
                                handler)));
        table.forEach((path, methods) ->
                routes.route(RequestPredicates.path(path), r -> wrongMethod(r, methods)));
        routes.route(RequestPredicates.all(), r -> Mono.error(new Refused(Refusal.noSuchPath())));
        return routes.build();
    }

    private void post(String path, HandlerFunction<ServerResponse> handler) {
        table.computeIfAbsent(path, p -> new LinkedHashMap<>()).put(HttpMethod.POST, handler);
    }

    private void page(String path, String operation, Page page) {
        page(HttpMethod.GET, path, operation, page);
    }

    private void page(HttpMethod method, String path, String operation, Page page) {
        table.computeIfAbsent(path, p -> new LinkedHashMap<>())
                .put(
                        method,
                        request -> {
                            Call call = Call.of(request);
                            call.operation(operation);
                            return VirtualCalls.run(
                                    call, (same, to) -> to.send(page.answer(request)));
                        });
    }

    private static Mono<ServerResponse> wrongMethod(
            ServerRequest request, Map<HttpMethod, ?> methods) {
        String allowed =
                methods.keySet().stream()
                        .map(HttpMethod::name)
                        .sorted()
                        .collect(Collectors.joining(", "));
        Refusal refusal = Refusal.methodNotAllowed(request.method().name(), allowed);
        Call call = Call.of(request);
        return VirtualCalls.run(
                call,
                (same, to) ->
                        to.send(
                                Answer.refusal(refusal, call.id())
                                        .with(HttpHeaders.ALLOW, allowed)));
    }

    private static @Nullable String key(ServerRequest request) {
        return request.headers().firstHeader(HttpHeaders.AUTHORIZATION);
    }

    /// The rest of the path: names such as `provider/model` hold a slash, encoded or not.
    private static String id(ServerRequest request) {
        String rest = request.pathVariable("id");
        return rest.startsWith("/") ? rest.substring(1) : rest;
    }

    private static boolean wantsCsv(ServerRequest request) {
        List<String> accept = request.headers().asHttpHeaders().getOrEmpty(HttpHeaders.ACCEPT);
        return accept.stream().anyMatch(value -> value.contains("text/csv"));
    }
}
