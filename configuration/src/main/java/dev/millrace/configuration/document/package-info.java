/// The YAML document: read with line and column, validated as a whole, refused as a whole.
@NullMarked
package dev.millrace.configuration.document;

import org.jspecify.annotations.NullMarked;
