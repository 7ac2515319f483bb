/// The document on the log: published as one snapshot, followed by every instance.
@NullMarked
package dev.millrace.configuration.snapshot;

import org.jspecify.annotations.NullMarked;
