/// The same prompts to several models: which calls are made and in which order, what each came to,
/// whether an answer is what was expected, what a judging model says of it, and the figures of each
/// model. Knows the API's JSON, and no HTTP: calls are made through [ChatApi].
@NullMarked
package dev.millrace.cli.compare;

import org.jspecify.annotations.NullMarked;
