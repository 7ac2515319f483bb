package dev.millrace.worker.intake;

/// What is committed for a partition.
///
/// @param offset the low watermark: everything below it is done
/// @param metadata the open offsets above it, as [OpenOffsets#restore] reads them
public record Commit(long offset, String metadata) {}
