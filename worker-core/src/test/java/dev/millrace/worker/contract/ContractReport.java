package dev.millrace.worker.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/// Writes down which case went well for which kind, for the table in `docs/providers.md`.
final class ContractReport implements AfterTestExecutionCallback {
    private static final Path FOLDER = Path.of("target", "contract");

    @Override
    public void afterTestExecution(ExtensionContext context) {
        boolean one =
                context.getTestMethod().filter(m -> m.getReturnType() == void.class).isPresent();
        if (one && context.getRequiredTestInstance() instanceof GoldenContract contract) {
            record(
                    contract.kind(),
                    context.getDisplayName().replace("()", ""),
                    context.getExecutionException().isEmpty());
        }
    }

    /// Writes one line: the kind, the case, and how it went.
    static void record(String kind, String name, boolean passed) {
        try {
            Files.createDirectories(FOLDER);
            Files.writeString(
                    FOLDER.resolve(kind + ".tsv"),
                    kind + "\t" + name + "\t" + (passed ? "yes" : "NO") + "\n",
                    UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
