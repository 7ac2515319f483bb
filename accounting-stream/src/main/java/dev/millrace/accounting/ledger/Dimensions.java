package dev.millrace.accounting.ledger;

import org.jspecify.annotations.Nullable;

/// What tells one group of charges from another.
///
/// @param tenant who pays
/// @param keyId the id of the API key; null where none was used
/// @param provider the provider's name
/// @param model the model's name there
/// @param lane `interactive` or `batch`
/// @param currency of the amounts; null for the charges without a price, which are a group of their
///   own
public record Dimensions(
        String tenant,
        @Nullable String keyId,
        String provider,
        String model,
        String lane,
        @Nullable String currency) {

    /// The key of the group's sum in one bucket: the bucket's label and the dimensions, separated
    /// by `|`. No two groups have the same one: `%` and `|` within a dimension are escaped as `%25`
    /// and `%7C`, an absent dimension is empty, and one that is there and empty is `%0`.
    public String key(Bucket bucket) {
        return String.join(
                "|",
                bucket.label(),
                part(tenant),
                part(keyId),
                part(provider),
                part(model),
                part(lane),
                part(currency));
    }

    /// The key of the sum of those of the group that have a label, which begins with `label|` and
    /// has the label's name and value behind the dimensions.
    public String key(Bucket bucket, Label label) {
        return String.join("|", "label", key(bucket), part(label.name()), part(label.value()));
    }

    /// A dimension as keys have it.
    public static String part(@Nullable String text) {
        if (text == null) {
            return "";
        }
        return text.isEmpty() ? "%0" : text.replace("%", "%25").replace("|", "%7C");
    }
}
