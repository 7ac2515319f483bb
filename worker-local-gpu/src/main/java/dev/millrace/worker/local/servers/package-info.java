/// What each kind of self-hosted server tells of itself at endpoints of its own: whether it can
/// serve, which models it has, with which context and which abilities, which of them are loaded,
/// and how much it has to do. They all speak OpenAI's dialect under `/v1` otherwise.
@NullMarked
package dev.millrace.worker.local.servers;

import org.jspecify.annotations.NullMarked;
