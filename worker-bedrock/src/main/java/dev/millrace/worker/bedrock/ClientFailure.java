package dev.millrace.worker.bedrock;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.thirdparty.jackson.core.JsonProcessingException;

/// Why a call failed without a word of Bedrock's.
enum ClientFailure {
    /// The SDK's chain found no credential.
    NO_CREDENTIAL,
    /// No connection came to be: Bedrock has not seen the call.
    NOT_REACHED,
    /// The connection was lost.
    BROKEN,
    /// The SDK gave up waiting.
    TOO_SLOW,
    /// What came is not Bedrock's protocol.
    NONSENSE;

    private static final int DEEPEST = 8;

    static ClientFailure of(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            String words = String.valueOf(cause.getMessage());
            switch (cause) {
                case ApiCallTimeoutException _, ApiCallAttemptTimeoutException _ -> {
                    return TOO_SLOW;
                }
                case UnknownHostException _, ConnectException _, SSLException _ -> {
                    return NOT_REACHED;
                }
                // The connection pool is full, or the handshake took too long.
                case TimeoutException _ -> {
                    return NOT_REACHED;
                }
                // The SDK's JSON parser throws kinds of IOException.
                case JsonProcessingException _ -> {
                    return NONSENSE;
                }
                case IOException _ -> {
                    return BROKEN;
                }
                case SdkClientException _
                        when words.contains("Unable to load credentials")
                                || words.contains("Unable to load token")
                                || words.contains("Failed to load credentials") -> {
                    return NO_CREDENTIAL;
                }
                default -> cause = cause.getCause();
            }
        }
        return NONSENSE;
    }
}
