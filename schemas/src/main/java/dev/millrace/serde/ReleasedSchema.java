package dev.millrace.serde;

import org.apache.avro.Schema;

/// A schema that was released: it never changes again.
///
/// @param id the id on the wire, unique over all schemas and versions
/// @param version of this record's schema, from 1
/// @param schema self-contained: it names no type that it does not define
public record ReleasedSchema(int id, int version, Schema schema) {

    /// The full name of the record.
    public String name() {
        return schema.getFullName();
    }
}
