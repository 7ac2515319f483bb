/// What is done to the processes, one class for each kind of fault.
@NullMarked
package dev.millrace.faults.fault;

import org.jspecify.annotations.NullMarked;
