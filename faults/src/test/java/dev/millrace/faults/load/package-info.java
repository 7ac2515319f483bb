@NullMarked
package dev.millrace.faults.load;

import org.jspecify.annotations.NullMarked;
