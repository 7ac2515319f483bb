package dev.millrace.standalone;

import dev.millrace.schemas.Location;
import dev.millrace.schemas.PoolState;
import dev.millrace.schemas.PoolStatus;
import dev.millrace.schemas.ServedModel;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;

/// What `up` prints when it is ready: where everything is, what was found, and what will cost
/// money.
final class Banner {

    private static final int NAMED_MODELS = 4;

    private final PrintWriter out;
    private final Style style;

    Banner(PrintWriter out, Style style) {
        this.out = out;
        this.style = style;
    }

    /// @param url of the HTTP API, without `/v1`
    /// @param kafka the brokers' addresses
    /// @param embedded whether the broker runs in this process
    /// @param data where everything is kept
    /// @param keys how many API keys are configured; 0 takes any
    /// @param notes lines about how the configuration came about
    /// @param pools what the workers report
    void print(
            String url,
            String kafka,
            boolean embedded,
            Path data,
            int keys,
            List<String> notes,
            List<PoolStatus> pools) {
        out.println();
        out.println(style.bold(style.green("Millrace is ready.")));
        out.println();
        line("API", url + "/v1", keys == 0 ? "any API key, this machine only" : keys + " API keys");
        line("Kafka", kafka, embedded ? "embedded broker" : "cluster");
        line("Data", data.toString(), embedded ? "at most about 10 GiB" : "");
        if (pools.isEmpty()) {
            line("Providers", style.yellow("none yet"), "");
        }
        String label = "Providers";
        for (PoolStatus pool : pools) {
            line(label, provider(pool), "");
            label = "";
        }
        notes.forEach(note -> out.println("  " + style.yellow("! ") + note));
        out.println();
        out.println("  Try it:");
        out.println(
                "    curl " + url + "/v1/chat/completions -H 'content-type: application/json' \\");
        out.println(
                "      -d '{\"model\":\""
                        + model(pools)
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}'");
        out.println();
        out.println(style.dim("  Costs: ./millrace costs      Stop: Ctrl-C"));
        out.flush();
    }

    /// Tells of a provider whose state changed after the start.
    void changed(PoolStatus pool) {
        out.println("  " + provider(pool));
        out.flush();
    }

    private void line(String label, String value, String remark) {
        out.println(
                "  "
                        + String.format("%-11s", label)
                        + String.format("%-34s", value)
                        + (remark.isEmpty() ? "" : style.dim("  " + remark)));
    }

    private String provider(PoolStatus pool) {
        String money =
                pool.getProvider().equals(ComposedDocument.SIMULATED)
                        ? "costs nothing: its answers are simulated"
                        : pool.getLocation() == Location.LOCAL
                                ? "local"
                                : style.yellow("costs money");
        return pool.getProvider()
                + ": "
                + state(pool.getState())
                + ", "
                + models(pool.getModels())
                + ", "
                + money;
    }

    private String state(PoolState state) {
        return switch (state) {
            case READY -> style.green("ready");
            case UNKNOWN -> style.yellow("has not answered yet");
            case DOWN -> style.yellow("down");
            case CREDENTIAL_REFUSED -> style.yellow("credential refused");
        };
    }

    private static String models(List<ServedModel> models) {
        if (models.isEmpty()) {
            return "no models yet";
        }
        String named =
                String.join(", ", models.stream().limit(NAMED_MODELS).map(Banner::name).toList());
        return models.size() > NAMED_MODELS
                ? named + " and " + (models.size() - NAMED_MODELS) + " more"
                : named;
    }

    private static String name(ServedModel model) {
        return model.getName().equals("*") ? "any model name" : model.getName();
    }

    private static String model(List<PoolStatus> pools) {
        return pools.stream()
                .filter(pool -> pool.getState() == PoolState.READY)
                .flatMap(pool -> pool.getModels().stream())
                .map(ServedModel::getName)
                .filter(name -> !name.equals("*"))
                .findFirst()
                .orElse("any");
    }
}
