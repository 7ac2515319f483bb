package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.configuration.document.ConfigurationDocument;
import dev.millrace.configuration.snapshot.Snapshot;
import dev.millrace.schemas.InferenceRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TenantsTest {

    private static final String YAML =
            """
            tenants:
              - id: acme
                keys: [ { id: ci, sha256: "%s" } ]
                models: [m, acme-large]
              - id: other
                keys: [ { id: main, sha256: "%s" } ]
            defaults: { model: m, deadline: 20s }
            """
                    .formatted(sha256("acme-key"), sha256("other-key"));

    private static Rig rig;

    @BeforeAll
    static void start() throws InterruptedException {
        rig = Rig.start(YAML, settings -> settings);
        rig.other.when("m", script -> script.complete("{}"));
        rig.other.when("", script -> script.complete("{\"default\":true}"));
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void a_key_decides_the_tenant() throws Exception {
        rig.other.requests.clear();
        rig.other.records.clear();

        assertThat(chat("m", "Bearer acme-key").statusCode()).isEqualTo(200);

        InferenceRequest request = rig.other.nextRequest();
        assertThat(request.getTenant()).isEqualTo("acme");
        assertThat(request.getKeyId()).isEqualTo("ci");
        assertThat(rig.other.records.take().key()).isEqualTo("acme");
    }

    @Test
    void no_key_a_wrong_key_and_another_scheme_are_refused_before_the_body_is_read()
            throws Exception {
        assertInvalidKey(rig.chat("m"));
        assertInvalidKey(chat("m", "Bearer nonsense"));
        assertInvalidKey(chat("m", "Bearer "));
        assertInvalidKey(chat("m", "Basic acme-key"));
        assertInvalidKey(rig.post(Rig.CHAT, "not json", "authorization", "Bearer x"));
        for (String path :
                new String[] {"/v1/models", "/v1/costs", "/admin/providers", "/admin/config"}) {
            assertInvalidKey(rig.get(path));
        }
    }

    @Test
    void a_model_outside_the_allow_list_is_forbidden() throws Exception {
        HttpResponse<String> response = chat("gpt-x", "Bearer acme-key");

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(response.body()).contains("model_not_allowed");
        assertThat(rig.get("/v1/models/gpt-x", "authorization", "Bearer acme-key").statusCode())
                .isEqualTo(403);
    }

    @Test
    void a_request_without_a_model_gets_the_default_one() throws Exception {
        HttpResponse<String> response =
                rig.post(Rig.CHAT, "{\"messages\":[{}]}", "authorization", "Bearer acme-key");

        assertThat(response.body()).isEqualTo("{\"default\":true}");
    }

    @Test
    void models_are_listed_as_far_as_the_tenant_may_use_them() throws Exception {
        assertThat(rig.get("/v1/models", "authorization", "Bearer acme-key").body())
                .contains("\"acme-large\"")
                .doesNotContain("acme-cloud/acme-large");
        assertThat(rig.get("/v1/models", "authorization", "Bearer other-key").body())
                .contains("\"acme-large\"", "\"acme-cloud/acme-large\"");
    }

    @Test
    void probes_metrics_and_schemas_need_no_key() throws Exception {
        for (String path :
                new String[] {"/livez", "/readyz", "/actuator/prometheus", "/subjects"}) {
            assertThat(rig.get(path).statusCode()).as(path).isEqualTo(200);
        }
    }

    @Test
    void a_new_configuration_holds_from_the_next_request_on() throws Exception {
        Rig changing = Rig.start("", settings -> settings);
        try (changing) {
            changing.other.when("m", script -> script.complete("{}"));
            assertThat(changing.chat("m").statusCode()).isEqualTo(200);

            changing.other.configure(YAML, new Snapshot(1, "", ConfigurationDocument.parse("")));

            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(changing.chat("m").statusCode()).isEqualTo(401));
        }
    }

    static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<String> chat(String model, String authorization) throws Exception {
        return rig.chat(model, "authorization", authorization);
    }

    private static void assertInvalidKey(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(401);
        assertThat(response.body()).contains("\"code\":\"invalid_api_key\"");
    }
}
