package dev.millrace.ingress.http;

import dev.millrace.identity.Identity;
import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.intake.Refused;
import dev.millrace.ingress.metrics.IngressMetrics;
import java.io.IOException;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/// What holds for every request: it gets an id, a client that goes interrupts the work on it, an
/// error gets the one form of errors, and its end is counted.
final class CallFilter implements WebFilter {

    private static final Logger LOG = LoggerFactory.getLogger(CallFilter.class);
    private static final int CLIENT_CLOSED_REQUEST = 499;

    private final InstantSource clock;
    private final RandomGenerator random;
    private final IngressMetrics metrics;

    CallFilter(InstantSource clock, RandomGenerator random, IngressMetrics metrics) {
        this.clock = clock;
        this.random = random;
        this.metrics = metrics;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Call call = new Call(Identity.requestId(clock, random), clock.instant());
        exchange.getAttributes().put(Call.ATTRIBUTE, call);
        exchange.getResponse().getHeaders().set("x-request-id", call.id().toString());
        metrics.begun();
        return chain.filter(exchange)
                .onErrorResume(failure -> refuse(exchange, call, failure))
                .doFinally(end -> ended(exchange, call));
    }

    private static Mono<Void> refuse(ServerWebExchange exchange, Call call, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        if (failure instanceof AbortedException || failure instanceof IOException) {
            LOG.debug("request_id={} event=connection_lost", call.id());
            return Mono.empty();
        }
        if (response.isCommitted()) {
            return Mono.error(failure);
        }
        Refusal refusal;
        if (failure instanceof Refused refused) {
            refusal = refused.refusal();
        } else {
            LOG.error("request_id={} event=request_failed_inside", call.id(), failure);
            refusal = Refusal.internal();
        }
        Answer answer = Answer.refusal(refusal, call.id());
        call.answered();
        response.setStatusCode(HttpStatusCode.valueOf(answer.status()));
        response.getHeaders().addAll(answer.headers());
        response.getHeaders().setContentLength(answer.body().remaining());
        return response.writeWith(Mono.just(response.bufferFactory().wrap(answer.body())));
    }

    private void ended(ServerWebExchange exchange, Call call) {
        boolean answered = call.ended();
        HttpStatusCode sent = exchange.getResponse().getStatusCode();
        int status = call.outcome() != 0 ? call.outcome() : sent == null ? 200 : sent.value();
        if (!answered) {
            status = CLIENT_CLOSED_REQUEST;
        }
        metrics.ended(call.operation(), status, call.age());
        if (status >= CLIENT_CLOSED_REQUEST) {
            LOG.info(
                    "request_id={} operation={} status={} duration_ms={} event=request_ended",
                    call.id(),
                    call.operation(),
                    status,
                    call.age().toMillis());
        } else {
            LOG.debug(
                    "request_id={} operation={} status={} duration_ms={} event=request_ended",
                    call.id(),
                    call.operation(),
                    status,
                    call.age().toMillis());
        }
    }
}
