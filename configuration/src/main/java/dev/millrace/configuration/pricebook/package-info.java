/// Price entries on the log, beside the configuration's: published together or not at all, followed
/// by whoever computes with prices.
@NullMarked
package dev.millrace.configuration.pricebook;

import org.jspecify.annotations.NullMarked;
