package dev.millrace.worker.canonical;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ContentReaderTest {
    private static final String LETTERS = "AZaz09+/=-_ \n";

    @Test
    void what_is_base64_is_what_the_decoder_takes() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 200_000; i++) {
            StringBuilder text = new StringBuilder();
            int length = random.nextInt(10);
            for (int j = 0; j < length; j++) {
                int choice = random.nextInt(4) > 0 ? random.nextInt(9) : random.nextInt(13);
                text.append(LETTERS.charAt(choice));
            }
            assertThat(ContentReader.isBase64(text.toString()))
                    .as(text.toString())
                    .isEqualTo(decodes(text.toString()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://a.b/c.png", "data:image/png;base64,AAAA"})
    void an_image_has_the_detail_that_the_client_asks_for(String url) throws Exception {
        assertThat(detail(image(url, ",\"detail\":\"original\""))).isEqualTo(ImageDetail.ORIGINAL);
        assertThat(detail(image(url, ",\"detail\":\"low\""))).isEqualTo(ImageDetail.LOW);
        assertThat(detail(image(url, ",\"detail\":null"))).isNull();
        assertThat(detail(image(url, ""))).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"sharp\"", "\"High\"", "\"\"", "2", "{}"})
    void a_detail_that_nobody_documents_is_an_error_that_names_it(String detail) {
        assertThatThrownBy(() -> image("https://a.b/c.png", ",\"detail\":" + detail))
                .isInstanceOfSatisfying(
                        Unmappable.class,
                        refused ->
                                assertThat(refused.answer().param())
                                        .isEqualTo("messages[0].content[0].image_url.detail"));
    }

    private static Part image(String url, String more) throws Unmappable {
        JsonNode content =
                Bodies.tree(
                        "[{\"type\":\"image_url\",\"image_url\":{\"url\":\"%s\"%s}}]"
                                .formatted(url, more));
        return ContentReader.parts(Objects.requireNonNull(content), "messages[0].content")
                .getFirst();
    }

    private static @Nullable ImageDetail detail(Part part) {
        return switch (part) {
            case Part.Media media -> media.detail();
            case Part.ImageUrl image -> image.detail();
            default -> throw new AssertionError("no image");
        };
    }

    private static boolean decodes(String text) {
        try {
            Base64.getDecoder().decode(text);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
