package dev.millrace.topics;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How the catalogue's topics are laid out on a cluster.
///
/// @param prefix the start of every name, such as `llm.`
/// @param partitions of the topics on a request's way. The topics keyed by tenant all have this
///   number, so that a tenant's records meet on one partition number
/// @param replyPartitions of the reply topic; an ingress instance reads one of them
/// @param replication the replication factor
/// @param minInSyncReplicas how many replicas have to have a record before it is acknowledged
/// @param maxRecordBytes the largest record batch that the topics take, in bytes
/// @param maxPartitionBytes caps the size of each partition, in bytes; null where the cluster's
///   disks are not ours to cap
public record TopicLayout(
        String prefix,
        int partitions,
        int replyPartitions,
        short replication,
        int minInSyncReplicas,
        int maxRecordBytes,
        @Nullable Long maxPartitionBytes) {

    /// The longest request body, in bytes.
    public static final int DEFAULT_MAX_BODY_BYTES = 8 * 1024 * 1024;

    /// The longest body, and room for what is put around it.
    public static final int DEFAULT_MAX_RECORD_BYTES = DEFAULT_MAX_BODY_BYTES + 256 * 1024;

    private static final Pattern PREFIX = Pattern.compile("[a-zA-Z0-9._-]{1,60}");

    public TopicLayout {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(
                    "topic prefix '"
                            + prefix
                            + "': 1 to 60 letters, digits, dots, underscores and hyphens");
        }
        if (partitions < 1 || replyPartitions < 1) {
            throw new IllegalArgumentException("partition counts must be at least 1");
        }
        if (minInSyncReplicas < 1 || minInSyncReplicas > replication) {
            throw new IllegalArgumentException(
                    "min in-sync replicas must be between 1 and the replication factor "
                            + replication);
        }
    }

    /// The layout of the embedded broker: few partitions, because every partition's files have to
    /// be opened when it starts, one replica, and a cap on the disk.
    ///
    /// @param maxPartitionBytes the most that each partition may hold, in bytes
    public static TopicLayout embedded(long maxPartitionBytes) {
        return new TopicLayout(
                "llm.", 2, 1, (short) 1, 1, DEFAULT_MAX_RECORD_BYTES, maxPartitionBytes);
    }

    /// The layout for a cluster of three brokers or more.
    public static TopicLayout cluster() {
        return new TopicLayout("llm.", 12, 12, (short) 3, 2, DEFAULT_MAX_RECORD_BYTES, null);
    }
}
