package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.schemas.InferenceRequest;
import dev.millrace.schemas.Reply;
import dev.millrace.serde.ReleasedSchemas;
import java.net.http.HttpResponse;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SchemaRegistryTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static Rig rig;
    private static String subject;
    private static int id;

    @BeforeAll
    static void start() throws InterruptedException {
        rig = Rig.start();
        subject = rig.log.topics().replies().name() + "-value";
        id = ReleasedSchemas.catalogue().find(Reply.getClassSchema()).orElseThrow().id();
    }

    @AfterAll
    static void stop() {
        rig.close();
    }

    @Test
    void every_topic_is_a_subject() throws Exception {
        JsonNode subjects = JSON.readTree(rig.get("/subjects").body());

        assertThat(subjects.valueStream().map(JsonNode::stringValue))
                .contains(
                        subject,
                        rig.log.topics().inferenceRequests().name() + "-value",
                        rig.log.topics().hourlyCosts().name() + "-value")
                .anyMatch(name -> name.contains("dispatches.acme-cloud.interactive-value"));
    }

    @Test
    void a_schema_is_found_by_id_and_by_version() throws Exception {
        HttpResponse<String> byId = rig.get("/schemas/ids/" + id);
        assertThat(byId.headers().firstValue("content-type"))
                .hasValue("application/vnd.schemaregistry.v1+json");
        Schema schema =
                new Schema.Parser().parse(JSON.readTree(byId.body()).get("schema").stringValue());
        assertThat(schema.getFullName()).isEqualTo(Reply.getClassSchema().getFullName());

        JsonNode latest =
                JSON.readTree(rig.get("/subjects/" + subject + "/versions/latest").body());
        assertThat(latest.get("id").intValue()).isEqualTo(id);
        assertThat(latest.get("subject").stringValue()).isEqualTo(subject);
        assertThat(rig.get("/subjects/" + subject + "/versions").body()).isEqualTo("[1,2,3]");
        assertThat(rig.get("/subjects/" + subject + "/versions/1/schema").body())
                .startsWith("{\"type\":\"record\"");
        assertThat(rig.get("/schemas/ids/" + id + "/versions").body())
                .isEqualTo("[{\"subject\":\"" + subject + "\",\"version\":3}]");
        assertThat(rig.get("/schemas/ids/" + id + "/schema").body())
                .startsWith("{\"type\":\"record\"");
        assertThat(rig.get("/schemas/ids/" + id + "/subjects").body())
                .isEqualTo("[\"" + subject + "\"]");
        assertThat(rig.get("/schemas/types").body()).isEqualTo("[\"AVRO\"]");
        assertThat(rig.get("/config").body()).contains("FULL_TRANSITIVE");
        assertThat(rig.get("/mode").body()).contains("READONLY");
    }

    @Test
    void what_is_not_there_has_confluents_codes() throws Exception {
        assertError(rig.get("/subjects/no-such-value/versions"), 404, 40401);
        assertError(rig.get("/subjects/" + subject + "/versions/9"), 404, 40402);
        assertError(rig.get("/subjects/" + subject + "/versions/x"), 422, 42202);
        assertError(rig.get("/schemas/ids/999"), 404, 40403);
        assertError(lookUp("no-such-value", Reply.getClassSchema()), 404, 40401);
        assertError(lookUp(subject, InferenceRequest.getClassSchema()), 404, 40403);
        assertError(rig.post("/subjects/" + subject, "{\"schema\":\"{\"}"), 422, 42201);
    }

    @Test
    void a_released_schema_is_looked_up_and_registers_as_what_it_is() throws Exception {
        JsonNode found = JSON.readTree(lookUp(subject, Reply.getClassSchema()).body());
        assertThat(found.get("id").intValue()).isEqualTo(id);
        assertThat(found.get("version").intValue()).isEqualTo(3);

        HttpResponse<String> registered =
                rig.post("/subjects/" + subject + "/versions", body(Reply.getClassSchema()));
        assertThat(registered.body()).isEqualTo("{\"id\":" + id + "}");
        assertError(
                rig.post(
                        "/subjects/" + subject + "/versions",
                        body(InferenceRequest.getClassSchema())),
                422,
                42205);
    }

    private static HttpResponse<String> lookUp(String subject, Schema schema) throws Exception {
        return rig.post("/subjects/" + subject, body(schema));
    }

    private static String body(Schema schema) {
        return JSON.writeValueAsString(java.util.Map.of("schema", schema.toString()));
    }

    private static void assertError(HttpResponse<String> response, int status, int code) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(JSON.readTree(response.body()).get("error_code").intValue()).isEqualTo(code);
    }
}
