package dev.millrace.cli.export;

/// Thrown when a folder cannot be exported to. The message is for the one who asked.
public final class ExportRefused extends RuntimeException {

    ExportRefused(String message) {
        super(message);
    }
}
