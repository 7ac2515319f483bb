package dev.millrace.configuration;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A role of AWS that is assumed before AWS is called.
///
/// @param arn as IAM writes it: `arn:aws:iam::123456789012:role/NAME`
/// @param externalId that the role's trust policy asks for, 2 to 1,224 characters; null for none
public record AwsRole(String arn, @Nullable String externalId) {
    private static final Pattern ARN =
            Pattern.compile("arn:aws[a-z-]*:iam::[0-9]{12}:role/[\\w+=,.@/-]+");

    /// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
    private static final Pattern EXTERNAL_ID = Pattern.compile("[\\w+=,.@:/-]{2,1224}");

    public AwsRole {
        if (!ARN.matcher(arn).matches()) {
            throw new IllegalArgumentException(
                    "arn: expected arn:aws:iam::ACCOUNT:role/NAME, got '" + arn + "'");
        }
        if (externalId != null && !EXTERNAL_ID.matcher(externalId).matches()) {
            throw new IllegalArgumentException(
                    "external-id: 2 to 1224 letters, digits and any of _+=,.@:/-");
        }
    }
}
