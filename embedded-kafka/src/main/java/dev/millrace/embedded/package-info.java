/// A real KRaft broker inside this JVM, on a durable directory: what `millrace up` runs on when no
/// cluster is named, and what the tests of every module run against.
@NullMarked
package dev.millrace.embedded;

import org.jspecify.annotations.NullMarked;
