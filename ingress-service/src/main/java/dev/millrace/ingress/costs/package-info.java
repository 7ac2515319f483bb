/// Questions about costs and their answers: rows, filters, groups and sums. Knows only the JDK.
@NullMarked
package dev.millrace.ingress.costs;

import org.jspecify.annotations.NullMarked;
