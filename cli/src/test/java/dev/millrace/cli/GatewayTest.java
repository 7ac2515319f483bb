package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayTest {

    @TempDir Path folder;

    @Test
    void a_gateway_that_is_not_running_is_one_line_that_says_how_to_start_it() throws Exception {
        String url = "http://127.0.0.1:" + closedPort();

        Shell.Ran ran = new Shell().run("models", "--url", url);

        assertThat(ran)
                .isEqualTo(
                        new Shell.Ran(
                                1,
                                "",
                                "millrace: cannot reach "
                                        + url
                                        + ": connection refused; is it running? start it with:"
                                        + " millrace up\n"));
    }

    @Test
    void what_is_no_url_is_wrong_usage() {
        Shell.Ran ran = new Shell().with("MILLRACE_URL", "localhost:4000").run("models");

        assertThat(ran.exitCode()).isEqualTo(2);
        assertThat(ran.err()).startsWith("millrace: 'localhost:4000' is not the URL of a gateway");
    }

    @Test
    void the_base_url_of_an_sdk_works_too() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.answer(
                    "/v1/models", 200, "application/json", FakeGateway.golden("models.json"));

            Shell.Ran ran = new Shell().run("models", "--url", gateway.url() + "/v1/");

            assertThat(ran.exitCode()).isZero();
            assertThat(gateway.only().target()).isEqualTo("/v1/models");
        }
    }

    @Test
    void the_key_comes_from_a_file_and_no_complaint_quotes_it() throws Exception {
        Path file = folder.resolve("key");
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.answer(
                    "/v1/models", 200, "application/json", FakeGateway.golden("models.json"));
            Files.writeString(file, "key-from-file\n");
            Shell.talkingTo(gateway)
                    .with("MILLRACE_API_KEY", "key-from-environment")
                    .run("models", "--api-key-file", file.toString());
            assertThat(gateway.only().header("Authorization")).isEqualTo("Bearer key-from-file");

            Files.writeString(file, "two secret\nlines");
            Shell.Ran ran =
                    Shell.talkingTo(gateway).run("models", "--api-key-file", file.toString());
            assertThat(ran.exitCode()).isEqualTo(2);
            assertThat(ran.err()).contains(file.toString()).doesNotContain("secret");
        }
    }

    @Test
    void a_missing_key_says_where_to_put_it() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.answer(
                    "/v1/models",
                    401,
                    "application/json",
                    """
                    {"error":{"message":"The API key is missing.","code":"invalid_api_key"}}
                    """);

            assertThat(Shell.talkingTo(gateway).run("models").err())
                    .contains("MILLRACE_API_KEY", "--api-key-file");
            Shell.Ran ran =
                    Shell.talkingTo(gateway).with("MILLRACE_API_KEY", "wrong").run("models");
            assertThat(ran.err())
                    .isEqualTo(
                            "millrace: The API key is missing. (invalid_api_key, request"
                                    + " req-from-header)\n");
        }
    }

    @Test
    void a_server_that_is_something_else_is_suspected() throws Exception {
        try (FakeGateway gateway = FakeGateway.start()) {
            gateway.answer("/v1/models", 502, "text/html", "<html>Bad gateway</html>");

            Shell.Ran ran = Shell.talkingTo(gateway).run("models");

            assertThat(ran.exitCode()).isEqualTo(1);
            assertThat(ran.err())
                    .isEqualTo(
                            "millrace: "
                                    + gateway.url()
                                    + " answered with HTTP 502; is it a Millrace gateway?\n");
        }
    }

    private static int closedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
