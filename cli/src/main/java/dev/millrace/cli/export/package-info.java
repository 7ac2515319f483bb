/// Charges as files in a folder, which can be carried on at any time: what a file holds is in its
/// name, a file is there as a whole or not at all, and a manifest says how far each partition is.
@NullMarked
package dev.millrace.cli.export;

import org.jspecify.annotations.NullMarked;
