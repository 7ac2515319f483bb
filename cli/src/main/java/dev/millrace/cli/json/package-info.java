/// How JSON that somebody else wrote is read.
@NullMarked
package dev.millrace.cli.json;

import org.jspecify.annotations.NullMarked;
