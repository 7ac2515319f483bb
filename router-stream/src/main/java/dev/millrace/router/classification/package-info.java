/// What a request's body says about the target it needs, read from its JSON in one pass.
@NullMarked
package dev.millrace.router.classification;

import org.jspecify.annotations.NullMarked;
