package dev.millrace.embedded;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.TransactionResult;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest;
import org.apache.kafka.common.requests.WriteTxnMarkersRequest.TxnMarkerEntry;
import org.apache.kafka.common.requests.WriteTxnMarkersResponse;

/// Writes the end of a transaction to one partition, as the coordinator does. Kafka's own client
/// can write aborts alone.
///
/// @param broker where the partition is
record TransactionMarkers(BrokerConnection broker) {

    /// Transactions whose epoch rises with each end. The broker then takes no end whose epoch is
    /// that of a transaction still open.
    private static final short VERSION = 2;

    /// @param epoch above that of the transaction
    /// @param coordinatorEpoch of who wrote the producer's last end there: an end by an earlier
    ///   coordinator is not taken
    /// @throws IOException if the broker does not take it
    void write(
            TopicPartition place,
            long producerId,
            short epoch,
            int coordinatorEpoch,
            TransactionResult decision)
            throws IOException {
        TxnMarkerEntry marker =
                new TxnMarkerEntry(
                        producerId, epoch, coordinatorEpoch, decision, List.of(place), VERSION);
        short version = ApiKeys.WRITE_TXN_MARKERS.latestVersion();
        WriteTxnMarkersRequest request =
                new WriteTxnMarkersRequest.Builder(List.of(marker)).build(version);
        Errors error =
                WriteTxnMarkersResponse.parse(new ByteBufferAccessor(broker.ask(request)), version)
                        .errorsByProducerId()
                        .getOrDefault(producerId, Map.of())
                        .getOrDefault(place, Errors.UNKNOWN_SERVER_ERROR);
        if (error != Errors.NONE) {
            throw new IOException("no end of a transaction on " + place + ": " + error.message());
        }
    }
}
