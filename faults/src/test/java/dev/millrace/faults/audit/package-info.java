@NullMarked
package dev.millrace.faults.audit;

import org.jspecify.annotations.NullMarked;
