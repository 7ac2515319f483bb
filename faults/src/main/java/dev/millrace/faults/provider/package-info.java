/// A model provider inside the process that is never killed: counts every call, and misbehaves when
/// told.
@NullMarked
package dev.millrace.faults.provider;

import org.jspecify.annotations.NullMarked;
