package dev.millrace.ingress.http;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The digest that tells whether two bodies are the same.
final class Sha256 {

    private Sha256() {}

    static byte[] of(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
