package dev.millrace.serde;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.avro.Schema;

/// Releases every schema of this build that differs from its newest released version: writes it to
/// `released/` under the next free id. Run by hand, from the module's folder, when a version of
/// Millrace is released; CONTRIBUTING.md shows the command.
final class ReleaseSchemas {

    private static final Path FOLDER = Path.of("src/main/resources/dev/millrace/serde/released");

    private ReleaseSchemas() {}

    public static void main(String[] args) throws IOException {
        Files.createDirectories(FOLDER);
        Path index = FOLDER.resolve("index");
        List<String> lines = Files.exists(index) ? Files.readAllLines(index) : List.of();
        int next = lines.size() + 1;
        for (Schema schema : CurrentSchemas.all()) {
            List<String> versions =
                    lines.stream()
                            .filter(line -> line.split(" ", -1)[1].equals(schema.getFullName()))
                            .toList();
            if (!versions.isEmpty()) {
                Path newest = file(schema, versions.size());
                if (new Schema.Parser().parse(Files.readString(newest)).equals(schema)) {
                    continue;
                }
            }
            int version = versions.size() + 1;
            Files.writeString(file(schema, version), schema.toString(true) + "\n");
            Files.writeString(
                    index,
                    next + " " + schema.getFullName() + " " + version + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            System.out.println(
                    "released " + schema.getFullName() + " version " + version + " as id " + next);
            next++;
        }
    }

    private static Path file(Schema schema, int version) {
        return FOLDER.resolve(schema.getFullName() + "-v" + version + ".avsc");
    }
}
