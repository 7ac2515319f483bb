package dev.millrace.worker.canonical;

import java.util.Locale;

/// How closely the model shall look at an image: a hint about sharpness and cost.
/// <https://platform.openai.com/docs/guides/images-vision#specify-image-input-detail-level>
public enum ImageDetail {
    /// As the provider sees fit.
    AUTO,
    LOW,
    HIGH,
    /// The image is not made smaller.
    ORIGINAL;

    /// As OpenAI's API has it: `low`.
    public String spelling() {
        return name().toLowerCase(Locale.ROOT);
    }
}
