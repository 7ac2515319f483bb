package dev.millrace.ingress.http;

import dev.millrace.ingress.intake.Refusal;
import dev.millrace.ingress.json.JsonText;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.time.Duration;

/// Errors below the routes, where no request has been read: in the same form as all others.
final class BareError {

    private BareError() {}

    /// The answer to what is no HTTP, or too much of it. Ends the connection.
    static FullHttpResponse malformed(Throwable cause) {
        Refusal refusal =
                switch (cause) {
                    case TooLongHttpLineException _ ->
                            Refusal.of(414, "uri_too_long", "The request line is too long.");
                    case TooLongHttpHeaderException _ ->
                            Refusal.of(431, "headers_too_large", "The headers are too large.");
                    default -> badRequest();
                };
        return closing(refusal);
    }

    /// The answer to a request that did not arrive completely in time. Ends the connection.
    static FullHttpResponse timedOut(Duration limit) {
        return closing(Refusal.bodyTimeout(limit));
    }

    /// Whether the server itself has answered with an error, and without a word of explanation.
    static boolean is(FullHttpResponse response) {
        return response.status().code() >= 400 && !response.content().isReadable();
    }

    /// The same error with an explanation.
    static FullHttpResponse explained(FullHttpResponse bare) {
        int status = bare.status().code();
        FullHttpResponse full =
                json(
                        status == 400
                                ? badRequest()
                                : Refusal.of(status, "http_error", bare.status().reasonPhrase()));
        bare.headers()
                .forEach(header -> {
                    if (!full.headers().contains(header.getKey())) {
                        full.headers().add(header.getKey(), header.getValue());
                    }
                });
        return full;
    }

    private static Refusal badRequest() {
        return Refusal.invalid(null, "bad_request", "The request is not well-formed HTTP.");
    }

    private static FullHttpResponse closing(Refusal refusal) {
        FullHttpResponse response = json(refusal);
        response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        return response;
    }

    private static FullHttpResponse json(Refusal refusal) {
        byte[] body = JsonText.error(refusal, null);
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(refusal.status()),
                        Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, Answer.JSON)
                .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
        return response;
    }
}
