package dev.millrace.cli;

import java.io.InputStream;
import java.io.PrintWriter;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/// What a command sees of the outside.
///
/// @param environment the environment variables
/// @param out what was asked for goes here
/// @param err errors and remarks go here
/// @param in the standard input
/// @param terminal whether a person sits at both ends, input and output
/// @param clock tells the time
record Surroundings(
        Map<String, String> environment,
        PrintWriter out,
        PrintWriter err,
        InputStream in,
        boolean terminal,
        InstantSource clock) {

    Surroundings {
        environment = Map.copyOf(environment);
    }

    /// The value of an environment variable; empty where it is not set or blank.
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }

    /// How to write, given what the command line says about colours.
    Style style(ColorChoice choice) {
        return new Style(
                switch (choice) {
                    case ALWAYS -> true;
                    case NEVER -> false;
                    case AUTO ->
                            terminal
                                    && environment.getOrDefault("NO_COLOR", "").isEmpty()
                                    && !environment.getOrDefault("TERM", "").equals("dumb");
                });
    }
}
