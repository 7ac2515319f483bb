package dev.millrace.ingress.http;

import dev.millrace.ingress.answer.PendingAnswers;
import dev.millrace.ingress.answer.RequestLog;
import dev.millrace.ingress.costs.CostSource;
import dev.millrace.ingress.intake.HeapBudget;
import dev.millrace.ingress.kept.KeptExchange;
import dev.millrace.ingress.kept.KeptRequests;
import dev.millrace.ingress.kept.KeptResults;
import dev.millrace.ingress.kept.Submissions;
import dev.millrace.ingress.metrics.IngressMetrics;
import dev.millrace.ingress.models.LiveServices;
import dev.millrace.ingress.registry.SchemaRegistry;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.http.server.reactive.HttpHandler;
import org.springframework.web.reactive.function.server.HandlerStrategies;
import org.springframework.web.reactive.function.server.RouterFunctions;
import org.springframework.web.server.i18n.AcceptHeaderLocaleContextResolver;

/// Puts the HTTP side together.
///
/// @param settings the configuration that is applied
/// @param log where requests go
/// @param pending the requests that wait for an answer
/// @param results what the outcome gate has decided
/// @param kept where requests whose outcome is kept are cancelled
/// @param services what lives behind the log
/// @param costs what accounting has summed up
/// @param readiness whether this instance can do its work
/// @param registry the released schemas
/// @param metrics what is counted
/// @param heap what requests in flight may take
/// @param clock tells the time
public record HttpSide(
        CurrentSettings settings,
        RequestLog log,
        PendingAnswers pending,
        KeptResults results,
        KeptRequests kept,
        LiveServices services,
        CostSource costs,
        Readiness readiness,
        SchemaRegistry registry,
        IngressMetrics metrics,
        HeapBudget heap,
        InstantSource clock) {

    /// The handler of every request.
    ///
    /// @param timing of the answering of requests
    /// @param bodyLimit in bytes
    public HttpHandler handler(Timing timing, long bodyLimit) {
        BodyIntake intake = new BodyIntake(bodyLimit);
        Routes routes =
                new Routes(
                        new Completions(settings, intake, heap, answers(timing)),
                        new Requests(settings, results, kept, services),
                        new Listings(settings, services),
                        new Costs(settings, costs),
                        readiness,
                        metrics,
                        new RegistryPages(registry, intake, heap));
        HandlerStrategies strategies =
                HandlerStrategies.empty()
                        .localeContextResolver(new AcceptHeaderLocaleContextResolver())
                        .webFilter(
                                new CallFilter(
                                        clock,
                                        () -> ThreadLocalRandom.current().nextLong(),
                                        metrics))
                        .build();
        return RouterFunctions.toHttpHandler(routes.function(), strategies);
    }

    private Answers answers(Timing timing) {
        return new Answers(
                log,
                pending,
                new KeptExchange.Links(new Submissions(log), results, pending, kept),
                clock,
                timing);
    }
}
