package dev.millrace.faults.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A Java program that can be started as a process of its own, any number of times.
///
/// @param name of the process, for its files
/// @param heapMegabytes the most that its heap takes
/// @param options of the JVM
/// @param mainClass what it runs
/// @param arguments what it is given
/// @param environment variables besides those that every process has
/// @param folder takes its output
record Jvm(
        String name,
        int heapMegabytes,
        List<String> options,
        String mainClass,
        List<String> arguments,
        Map<String, String> environment,
        Path folder) {

    Jvm {
        options = List.copyOf(options);
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
    }

    /// Starts it. It ends with this process.
    Child start() throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command())
                        .redirectErrorStream(true)
                        .redirectOutput(
                                ProcessBuilder.Redirect.appendTo(
                                        folder.resolve(name + ".log").toFile()));
        Map<String, String> variables = builder.environment();
        variables
                .keySet()
                .removeIf(variable ->
                        variable.endsWith("_API_KEY")
                                || variable.startsWith("AWS_")
                                || variable.startsWith("KAFKA_")
                                || variable.startsWith("MILLRACE_"));
        variables.putAll(environment);
        return new Child(name, builder.start());
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("millrace.jvm.args", "").split(" ")));
        command.addAll(
                List.of(
                        "-Xms32m",
                        "-Xmx" + heapMegabytes + "m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dlogback.configurationFile=logback-serve.xml"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Tethered.class.getName());
        command.add(Long.toString(ProcessHandle.current().pid()));
        command.add(mainClass);
        command.addAll(arguments);
        return command;
    }
}
