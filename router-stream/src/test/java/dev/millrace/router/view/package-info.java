@NullMarked
package dev.millrace.router.view;

import org.jspecify.annotations.NullMarked;
