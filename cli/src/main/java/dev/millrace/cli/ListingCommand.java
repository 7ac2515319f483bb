package dev.millrace.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// A command that shows one of the gateway's lists: as a table, or as the API's JSON.
abstract class ListingCommand implements Callable<Integer> {

    private final Surroundings around;
    private final String path;
    private final String nothing;

    @Option(names = "--json", description = "Print the API's JSON instead of a table.")
    private boolean json;

    @Mixin private GatewayOptions target = new GatewayOptions();

    @Mixin private CommandOptions options = new CommandOptions();

    /// @param path of the list at the gateway
    /// @param nothing what is said where the list is empty
    ListingCommand(Surroundings around, String path, String nothing) {
        this.around = around;
        this.path = path;
        this.nothing = nothing;
    }

    /// The entries as a table.
    ///
    /// @param gateway for what other lists say of them
    abstract Table table(List<JsonNode> entries, Gateway gateway) throws InterruptedException;

    /// Refuses options that contradict one another.
    ///
    /// @param asJson whether the API's JSON is asked for
    /// @throws CommandFailure if they do
    void check(boolean asJson) {}

    @Override
    public final Integer call() throws InterruptedException {
        check(json);
        try (Gateway gateway = target.gateway(around)) {
            String answer = gateway.get(path, "application/json");
            if (json) {
                around.out().println(answer.strip());
            } else {
                print(Listing.of(answer), gateway);
            }
        }
        around.out().flush();
        return ExitCode.OK;
    }

    private void print(List<JsonNode> entries, Gateway gateway) throws InterruptedException {
        if (!entries.isEmpty()) {
            table(entries, gateway).print(around.out(), around.style(options.color()));
        } else if (!options.quiet()) {
            around.err().println(nothing);
            around.err().flush();
        }
    }
}
