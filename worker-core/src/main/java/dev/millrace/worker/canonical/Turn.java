package dev.millrace.worker.canonical;

import java.util.List;

/// What one side said before the other spoke.
///
/// @param role who
/// @param parts at least one
public record Turn(Role role, List<Part> parts) {

    /// The sides of a conversation. A tool's results are the user's.
    public enum Role {
        USER,
        ASSISTANT
    }

    public Turn {
        parts = List.copyOf(parts);
    }
}
