package dev.millrace.configuration.prices;

/// What can have a price, as price lists spell it.
public enum RateKind {
    INPUT("input"),
    CACHE_READ("cached-input"),
    CACHE_WRITE("cache-write"),
    CACHE_WRITE_HOUR("cache-write-1h"),
    OUTPUT("output"),
    REASONING("reasoning"),
    AUDIO_INPUT("audio-input"),
    AUDIO_OUTPUT("audio-output"),
    IMAGE("image"),
    AUDIO_SECOND("audio-second"),
    QUERY("query"),
    GPU_SECOND("gpu-second");

    private final String spelling;

    RateKind(String spelling) {
        this.spelling = spelling;
    }

    /// The key in a price list.
    public String spelling() {
        return spelling;
    }

    /// Whether the price is for one, and not for as many as the entry says.
    public boolean isPerPiece() {
        return compareTo(IMAGE) >= 0;
    }
}
