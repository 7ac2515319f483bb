package dev.millrace.worker.contract;

/// The whole kit, for a dialect that is spoken over HTTP: its golden cases, and what it does when
/// the connection, the clock or the client does not do as it should.
public abstract class DialectContract extends TransportContract {}
