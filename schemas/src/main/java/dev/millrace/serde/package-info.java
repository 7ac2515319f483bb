/// Records on the wire: Avro in Confluent's format (magic byte 0 and a 4-byte schema id), written
/// and read by Apicurio's serde over the catalogue of released schemas in this module, or by any
/// other serde that the configuration names.
@NullMarked
package dev.millrace.serde;

import org.jspecify.annotations.NullMarked;
