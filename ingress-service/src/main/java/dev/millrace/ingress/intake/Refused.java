package dev.millrace.ingress.intake;

/// Ends the work on a request with a [Refusal]. An outcome rather than a fault, so it carries no
/// stack trace.
public final class Refused extends Exception {

    private final transient Refusal refusal;

    public Refused(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    public Refusal refusal() {
        return refusal;
    }
}
