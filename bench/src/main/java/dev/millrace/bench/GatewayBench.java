package dev.millrace.bench;

import dev.millrace.simulated.SimulatedBehaviour;
import dev.millrace.simulated.SimulatedModelServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The figures of docs/benchmarks.md: `bench/run` starts it.
public final class GatewayBench {

    private static final String CHAT =
            "{\"model\":\"any\",\"messages\":[{\"role\":\"user\",\"content\":\"Say hello in one short sentence.\"}]}";
    private static final String STREAM = CHAT.substring(0, CHAT.length() - 1) + ",\"stream\":true}";

    private GatewayBench() {}

    /// @param args the launcher's path
    public static void main(String[] args) throws Exception {
        Path launcher = Path.of(args[0]);
        Path folder = Files.createTempDirectory("millrace-bench");
        try (SimulatedModelServer model =
                SimulatedModelServer.start(SimulatedBehaviour.immediate())) {
            Path config =
                    Files.writeString(
                            folder.resolve("millrace.yaml"),
                            "providers:\n  - { name: model, kind: openai-compatible, base-url: \""
                                    + model.baseUrl()
                                    + "\", limits: { concurrency: 256 } }\n"
                                    + "prices:\n  - { provider: model, model: \"*\", input: 1, output: 4 }\n"
                                    + "defaults: { provider: model }\n");
            try (Gateway gateway =
                    Gateway.start(
                            launcher, folder.resolve("data"), config, freePort(), freePort())) {
                System.out.printf("start to ready            %.1f s%n", gateway.secondsToReady());
                measure(gateway, URI.create(model.baseUrl() + "/chat/completions"), model);
            }
        }
    }

    private static void measure(Gateway gateway, URI direct, SimulatedModelServer model)
            throws IOException, InterruptedException {
        URI through = gateway.url("/v1/chat/completions");
        new Load(through, CHAT, 10_000, 32, 0, false).run();
        new Load(direct, CHAT, 2_000, 8, 0, false).run();
        System.out.printf("resident after 10,000     %d MB%n", gateway.residentMegabytes());

        compare(
                "JSON at 50/s",
                new Load(direct, CHAT, 1_500, 16, 50, false),
                new Load(through, CHAT, 1_500, 16, 50, false));
        compare(
                "first token at 50/s",
                new Load(direct, STREAM, 1_500, 16, 50, true),
                new Load(through, STREAM, 1_500, 16, 50, true));

        long calls = model.counts().calls();
        Load.Result saturated = new Load(through, CHAT, 30_000, 64, 0, false).run();
        System.out.printf(
                "saturated, 64 connections %.0f requests/s, median %.1f ms, p99 %.1f ms, failed %d, calls %d of 30000%n",
                saturated.perSecond(),
                saturated.millis(50),
                saturated.millis(99),
                saturated.failed(),
                model.counts().calls() - calls);
        System.out.printf("resident at the end       %d MB%n", gateway.residentMegabytes());
    }

    private static void compare(String what, Load directly, Load through)
            throws InterruptedException {
        Load.Result direct = directly.run();
        Load.Result gateway = through.run();
        System.out.printf(
                "%-25s direct %.2f / %.2f ms, through %.2f / %.2f ms, added %.2f / %.2f ms (median / p99), failed %d%n",
                what,
                direct.millis(50),
                direct.millis(99),
                gateway.millis(50),
                gateway.millis(99),
                gateway.millis(50) - direct.millis(50),
                gateway.millis(99) - direct.millis(99),
                direct.failed() + gateway.failed());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /// `millrace up` as a process of its own.
    private static final class Gateway implements AutoCloseable {
        private final Process process;
        private final int port;
        private final double secondsToReady;

        private Gateway(Process process, int port, double secondsToReady) {
            this.process = process;
            this.port = port;
            this.secondsToReady = secondsToReady;
        }

        static Gateway start(Path launcher, Path data, Path config, int port, int kafkaPort)
                throws IOException, InterruptedException {
            new ProcessBuilder(launcher.toString(), "--version").inheritIO().start().waitFor();
            long begin = System.nanoTime();
            Process process =
                    new ProcessBuilder(
                                    launcher.toString(),
                                    "up",
                                    "--port",
                                    Integer.toString(port),
                                    "--kafka-port",
                                    Integer.toString(kafkaPort),
                                    "--data",
                                    data.toString(),
                                    "--config",
                                    config.toString(),
                                    "--quiet")
                            .inheritIO()
                            .start();
            Gateway gateway = new Gateway(process, port, 0);
            while (!gateway.isReady()) {
                if (!process.isAlive()) {
                    throw new IOException("millrace up ended with " + process.exitValue());
                }
                process.waitFor(20, TimeUnit.MILLISECONDS);
            }
            return new Gateway(process, port, (System.nanoTime() - begin) / 1e9);
        }

        URI url(String path) {
            return URI.create("http://127.0.0.1:" + port + path);
        }

        double secondsToReady() {
            return secondsToReady;
        }

        /// From Linux's own account; 0 elsewhere.
        long residentMegabytes() throws IOException {
            Path status = Path.of("/proc", Long.toString(process.pid()), "status");
            if (!Files.exists(status)) {
                return 0;
            }
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .sum();
        }

        private boolean isReady() {
            try {
                var connection = url("/readyz").toURL().openConnection();
                connection.getInputStream().close();
                return true;
            } catch (IOException e) {
                return false;
            }
        }

        @Override
        public void close() throws InterruptedException {
            process.destroy();
            process.waitFor();
        }
    }
}
