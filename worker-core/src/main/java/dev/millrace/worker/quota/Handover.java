package dev.millrace.worker.quota;

import org.jspecify.annotations.Nullable;

/// What a partition's owner leaves to the next: when the buckets of its [QuotaShare] were, or will
/// be, empty. Written in front of what else stands in a commit's metadata.
///
/// @param requests in milliseconds of the epoch
/// @param tokens in milliseconds of the epoch
/// @param last whether the owner spends nothing any more
record Handover(long requests, long tokens, boolean last) {
    private static final String MARK = "q1:";
    private static final char END = ';';

    /// The longest text of one.
    static final int LONGEST = 64;

    String text() {
        return MARK + requests + "," + tokens + "," + (last ? "1" : "0") + END;
    }

    /// Null for metadata without one.
    static @Nullable Handover of(String metadata) {
        int end = metadata.indexOf(END);
        if (!metadata.startsWith(MARK) || end < 0) {
            return null;
        }
        String[] parts = metadata.substring(MARK.length(), end).split(",", -1);
        try {
            return parts.length == 3
                    ? new Handover(
                            Long.parseLong(parts[0]),
                            Long.parseLong(parts[1]),
                            parts[2].equals("1"))
                    : null;
        } catch (NumberFormatException _) {
            return null;
        }
    }

    /// The metadata without it.
    static String strip(String metadata) {
        return metadata.startsWith(MARK) ? metadata.substring(metadata.indexOf(END) + 1) : metadata;
    }
}
