package dev.millrace.worker.google;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.worker.canonical.Unmappable;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerateRequestTest {
    private static final String ASK = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";
    private static final Map<String, String> MEDIA =
            Map.of(
                    "LOW", image("low"),
                    "HIGH", image("high"),
                    "AUTO", image("auto"),
                    "PDF", "{\"type\":\"file\",\"file\":{\"file_data\":\"JVBERi0=\"}}",
                    "WAV",
                            "{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"UklGRg==\",\"format\":\"wav\"}}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "LOW, HIGH|\"MEDIA_RESOLUTION_HIGH\"",
                "HIGH, PDF|\"MEDIA_RESOLUTION_HIGH\"",
                "LOW, LOW|\"MEDIA_RESOLUTION_LOW\"",
                "LOW, WAV|\"MEDIA_RESOLUTION_LOW\"",
                "LOW, AUTO|",
                "LOW, PDF|",
                "AUTO, AUTO|",
            })
    void no_image_is_seen_in_less_detail_than_it_asks_for(String media, @Nullable String resolution)
            throws Exception {
        String sent = written(showing(media));

        if (resolution == null) {
            assertThat(sent).doesNotContain("mediaResolution");
        } else {
            assertThat(sent).contains("\"mediaResolution\":" + resolution);
        }
    }

    @Test
    void the_images_that_tools_give_back_have_a_say() throws Exception {
        assertThat(
                        written(
                                """
                                "messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"t1","type":"function",\
                                "function":{"name":"look","arguments":"{}"}}]},{"role":"tool","tool_call_id":"t1","content":[\
                                {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"high"}}]}]\
                                """))
                .contains("\"mediaResolution\":\"MEDIA_RESOLUTION_HIGH\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"thinking_level\":\"low\"}|{\"thinkingLevel\":\"LOW\"}",
                "{\"thinking_budget\":-1,\"include_thoughts\":false}|{\"thinkingBudget\":-1,\"includeThoughts\":false}",
            })
    void thoughts_are_asked_for_in_googles_own_words(String asked, String sent) throws Exception {
        assertThat(written(own("\"thinking_config\":" + asked)))
                .contains("\"thinkingConfig\":" + sent);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"cached_content\":7|extra_body.google.cached_content",
                "\"thinking_config\":7|extra_body.google.thinking_config",
                "\"thinking_config\":{\"thinking_budget\":\"much\"}|extra_body.google.thinking_config.thinking_budget",
                "\"thinking_config\":{\"thinking_budget\":0.5}|extra_body.google.thinking_config.thinking_budget",
                "\"thinking_config\":{\"thinking_level\":\"huge\"}|extra_body.google.thinking_config.thinking_level",
                "\"thinking_config\":{\"include_thoughts\":1}|extra_body.google.thinking_config.include_thoughts",
                "\"safety_settings\":[]|extra_body.google.safety_settings",
            })
    void what_google_would_not_understand_is_named(String member, String param) {
        refused(own(member), param);
    }

    @Test
    void thoughts_are_asked_for_in_one_way_alone() {
        refused(
                "\"reasoning_effort\":\"low\","
                        + own("\"thinking_config\":{\"thinking_budget\":1}"),
                "reasoning_effort");
    }

    @Test
    void an_image_as_it_is_cannot_be_asked_for() {
        refused(
                "\"messages\":[{\"role\":\"user\",\"content\":[%s]}]".formatted(image("original")),
                "messages[0].content[0].image_url.detail");
    }

    private static void refused(String members, String param) {
        assertThatThrownBy(() -> written(members))
                .isInstanceOfSatisfying(
                        Unmappable.class,
                        refused -> assertThat(refused.answer().param()).isEqualTo(param));
    }

    private static String written(String members) throws Unmappable {
        byte[] body = ("{" + members + "}").getBytes(UTF_8);
        return new String(
                new GenerateRequest(GenerateRequest.reader(false).read(body), "gemini-3-flash")
                        .json(),
                UTF_8);
    }

    private static String own(String members) {
        return "\"extra_body\":{\"google\":{" + members + "}}," + ASK;
    }

    private static String showing(String media) {
        return Arrays.stream(media.split(", "))
                .map(name -> Objects.requireNonNull(MEDIA.get(name)))
                .collect(
                        Collectors.joining(
                                ",", "\"messages\":[{\"role\":\"user\",\"content\":[", "]}]"));
    }

    private static String image(String detail) {
        return "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://a.b/c.png\",\"detail\":\"%s\"}}"
                .formatted(detail);
    }
}
