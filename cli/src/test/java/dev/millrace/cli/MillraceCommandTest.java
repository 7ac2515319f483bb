package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MillraceCommandTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "chat",
                "compare",
                "models",
                "costs",
                "topics",
                "dead-letters",
                "dead-letters list",
                "dead-letters show",
                "dead-letters redrive",
                "dead-letters drop",
                "config",
                "config validate"
            })
    void help_is_there_at_every_level_with_examples(String path) {
        List<String> words = path.isEmpty() ? List.of() : List.of(path.split(" ", -1));
        String[] arguments =
                Stream.concat(words.stream(), Stream.of("--help")).toArray(String[]::new);

        Shell.Ran ran = new Shell().run(arguments);

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.err()).isEmpty();
        assertThat(ran.out())
                .startsWith(("Usage: millrace " + path).strip())
                .contains("Examples:", "--help")
                .doesNotContain("\u001b", "${");
        assertThat(ran.out().lines()).allSatisfy(line -> assertThat(line.length()).isLessThan(81));
    }

    @Test
    void help_has_colours_on_a_terminal_that_wants_them() {
        assertThat(new Shell().onTerminal().run("--help").out()).contains("\u001b");
        assertThat(new Shell().onTerminal().with("NO_COLOR", "1").run("--help").out())
                .doesNotContain("\u001b");
        assertThat(new Shell().onTerminal().with("TERM", "dumb").run("--help").out())
                .doesNotContain("\u001b");
    }

    @Test
    void the_version_is_the_one_that_was_built() {
        Shell.Ran ran = new Shell().run("--version");

        assertThat(ran.exitCode()).isZero();
        assertThat(ran.out()).matches("(?s)millrace \\d+\\.\\d+\\.\\d+\\S*\\RJava 25.*");
    }

    @Test
    void no_command_shows_the_help_and_is_wrong_usage() {
        Shell.Ran ran = new Shell().run();

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err()).startsWith("Usage: millrace");
    }

    @Test
    void a_misspelt_option_gets_a_suggestion() {
        Shell.Ran ran = new Shell().run("chat", "--modle", "x", "Hi");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).startsWith("millrace: Unknown option").contains("--model");
    }

    @Test
    void a_misspelt_command_gets_a_suggestion() {
        Shell.Ran ran = new Shell().run("modles");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).contains("'modles'").contains("millrace models");
    }

    @Test
    void config_alone_says_what_is_missing() {
        Shell.Ran ran = new Shell().run("config");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err())
                .isEqualTo(
                        "millrace: config does nothing by itself: name one of its commands\n"
                                + "Try 'millrace config --help'.\n");
    }
}
