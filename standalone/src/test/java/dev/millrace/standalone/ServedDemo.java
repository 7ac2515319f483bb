package dev.millrace.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;

/// One of each service of `millrace serve`, in this JVM but each on its own connection to a
/// cluster, with the configuration of `deploy/millrace.yaml` and the simulated model.
final class ServedDemo implements AutoCloseable {

    private static final InstantSource CLOCK = InstantSource.system();

    private final Services services = new Services();
    private final Map<String, String> environment;
    private final DemoGateway gateway;

    private ServedDemo(Map<String, String> environment, int port) {
        this.environment = environment;
        this.gateway = new DemoGateway(port);
    }

    /// Starts them all, and returns when requests are taken.
    ///
    /// @param environment says where the cluster is
    /// @param folder takes the configuration and the services' state
    static ServedDemo start(Map<String, String> environment, Path folder) throws Exception {
        int port = RunningMillrace.freePort();
        ServedDemo demo = new ServedDemo(environment, port);
        try {
            demo.startAll(folder, port);
            return demo;
        } catch (Exception | AssertionError e) {
            demo.close();
            throw e;
        }
    }

    DemoGateway gateway() {
        return gateway;
    }

    /// Touches `file` with every heartbeat of that role's instance.
    void showAlive(String role, Path file) throws InterruptedException {
        connect().showAlive(instance(role), file);
    }

    @Override
    public void close() {
        gateway.close();
        services.close();
    }

    private void startAll(Path folder, int port) throws Exception {
        int modelPort = RunningMillrace.freePort();
        ServeRoles.simulatedModel(UpOptions.LOOPBACK, modelPort, services);
        ServeRoles.init(environment, config(folder, modelPort), CLOCK, services);
        connect().router(instance("router"), folder.resolve("router"));
        connect().worker(instance("worker"));
        connect().accounting(instance("accounting"), folder.resolve("accounting"));
        connect().ingress(instance("ingress"), "0.0.0.0", port);
        gateway.awaitReady();
    }

    private ServeRoles connect() throws InterruptedException {
        return ServeRoles.connect(environment, CLOCK, services);
    }

    private String instance(String role) {
        return ServeRoles.instance(role, environment);
    }

    /// The one of the containers, with the address that the model has here.
    private static Path config(Path folder, int modelPort) throws IOException {
        Path shipped = Path.of(System.getProperty("millrace.root")).resolve("deploy/millrace.yaml");
        return Files.writeString(
                folder.resolve("millrace.yaml"),
                Files.readString(shipped)
                        .replace("//simulated-model:8090/", "//127.0.0.1:" + modelPort + "/"));
    }
}
