package dev.millrace.worker.canonical;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

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

    private static boolean decodes(String text) {
        try {
            Base64.getDecoder().decode(text);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
