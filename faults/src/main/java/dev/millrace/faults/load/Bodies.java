package dev.millrace.faults.load;

/// The bodies of requests.
final class Bodies {

    private Bodies() {}

    /// A chat completion that carries its marker where the provider and the auditor find it.
    static String chat(String marker, boolean stream) {
        return "{\"model\":\"m\",\"user\":\""
                + marker
                + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Say the words.\"}]"
                + (stream ? ",\"stream\":true}" : "}");
    }
}
