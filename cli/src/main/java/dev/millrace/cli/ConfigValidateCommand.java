package dev.millrace.cli;

import dev.millrace.configuration.Configuration;
import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.configuration.document.InvalidDocument;
import dev.millrace.configuration.document.Problem;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `millrace config validate`.
@Command(
        name = "validate",
        sortOptions = false,
        descriptionHeading = Headings.DESCRIPTION,
        description = {
            "Checks a configuration document as 'millrace up' would, and applies nothing.",
            "Everything that is wrong is named as FILE:LINE:COLUMN, with exit code 1."
        },
        parameterListHeading = Headings.PARAMETERS,
        optionListHeading = Headings.OPTIONS,
        footerHeading = Headings.EXAMPLES,
        footer = {
            "  millrace config validate millrace.yaml",
            "  envsubst < template.yaml | millrace config validate -"
        })
final class ConfigValidateCommand implements Callable<Integer> {

    private final Surroundings around;

    @Parameters(
            paramLabel = "FILE",
            description = "The document, in YAML; - reads it from the standard input.")
    private String file = "";

    @Mixin private CommandOptions options = new CommandOptions();

    ConfigValidateCommand(Surroundings around) {
        this.around = around;
    }

    @Override
    public Integer call() {
        String name = TextFile.name(file);
        try {
            Configuration configuration = ConfigurationDocument.parse(TextFile.read(around, file));
            if (!options.quiet()) {
                around.out().println(name + " is valid: " + summary(configuration));
                around.out().flush();
            }
            return ExitCode.OK;
        } catch (InvalidDocument e) {
            for (Problem problem : e.problems()) {
                around.err().println(Printable.line(located(name, problem)));
            }
            around.err().flush();
            return ExitCode.SOFTWARE;
        }
    }

    private static String located(String name, Problem problem) {
        String place = name + ":" + problem.line() + ":" + problem.column() + ": ";
        return place + (problem.where().isEmpty() ? "" : problem.where() + ": ") + problem.reason();
    }

    private static String summary(Configuration configuration) {
        return String.join(
                ", ",
                counted(configuration.providers().size(), "provider"),
                counted(configuration.models().size(), "model"),
                counted(configuration.tenants().size(), "tenant"),
                counted(configuration.prices().configured().size(), "price"));
    }

    private static String counted(int number, String word) {
        return number + " " + word + (number == 1 ? "" : "s");
    }
}
