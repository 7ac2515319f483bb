package dev.millrace.worker.http;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Takes out of an upstream's words what clients shall not read: the upstream's host, the project
/// and the credentials used there, and whatever looks like a key, an account, an address or an
/// internal host name. Thread-safe.
public final class Redaction {
    private static final int LONGEST = 2000;
    private static final Pattern SUSPECT =
            Pattern.compile(
                    "(?i)bearer\\s+\\S+"
                            + "|\\bsk-[\\w*.-]{4,}"
                            // As OpenAI names organizations and projects; shorter ones are words.
                            + "|\\borg-[a-z0-9]{16,}|\\bproj_[a-z0-9]{10,}"
                            + "|\\b\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d+)?\\b"
                            + "|\\blocalhost(?::\\d+)?\\b"
                            + "|\\b[\\w.-]+\\.(?:internal|local|svc|lan|corp|intranet)\\b(?:[.\\w-]*)(?::\\d+)?");
    private static final String BLACKED_OUT = "[redacted]";
    private static final int SHORTEST_SECRET = 6;

    private final Set<String> secrets;
    private final List<Pattern> suspects;

    /// @param secrets hosts and credentials; those too short to be told from words are left out
    /// @param more what else no client shall read of this kind of provider
    public Redaction(Collection<String> secrets, Pattern... more) {
        this.secrets = new CopyOnWriteArraySet<>(secrets);
        this.secrets.removeIf(Redaction::tooShort);
        this.suspects = Stream.concat(Stream.of(more), Stream.of(SUSPECT)).toList();
    }

    /// Takes this out from now on, too.
    void hide(String secret) {
        if (!tooShort(secret)) {
            secrets.add(secret);
        }
    }

    private static boolean tooShort(String secret) {
        return secret.length() < SHORTEST_SECRET;
    }

    /// An upstream's words, shortened and without what clients shall not read.
    public String of(String words) {
        String safe = words.length() > LONGEST ? words.substring(0, LONGEST) : words;
        for (String secret : secrets) {
            safe = safe.replace(secret, BLACKED_OUT);
        }
        for (Pattern suspect : suspects) {
            safe = suspect.matcher(safe).replaceAll(BLACKED_OUT);
        }
        return safe;
    }
}
