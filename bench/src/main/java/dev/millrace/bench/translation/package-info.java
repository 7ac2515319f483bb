/// What translating a request and its answer costs, by dialect.
@NullMarked
package dev.millrace.bench.translation;

import org.jspecify.annotations.NullMarked;
