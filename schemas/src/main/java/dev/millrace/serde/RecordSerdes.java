package dev.millrace.serde;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;

/// Makes the serdes of the catalogue's records. By default Apicurio's over the built-in catalogue;
/// another one, such as Confluent's, by its class names and its own settings. Immutable.
public final class RecordSerdes {

    /// The setting that names the serializer's class.
    public static final String SERIALIZER = "serializer";

    /// The setting that names the deserializer's class.
    public static final String DESERIALIZER = "deserializer";

    private static final String APICURIO_SERIALIZER =
            "io.apicurio.registry.serde.avro.AvroKafkaSerializer";
    private static final String APICURIO_DESERIALIZER =
            "io.apicurio.registry.serde.avro.AvroKafkaDeserializer";

    private final Map<String, Object> settings;
    private final String serializer;
    private final String deserializer;

    private RecordSerdes(Map<String, ?> overrides) {
        Map<String, Object> all = new HashMap<>();
        all.put("apicurio.registry.schema-resolver", BuiltInSchemaResolver.class.getName());
        all.put("apicurio.registry.dereference-schema", true);
        all.put("apicurio.registry.use-specific-avro-reader", true);
        all.put("apicurio.registry.avro-datum-provider", CachedDatumProvider.class.getName());
        all.put("specific.avro.reader", true);
        all.putAll(overrides);
        settings = Map.copyOf(all);
        serializer = settings.getOrDefault(SERIALIZER, APICURIO_SERIALIZER).toString();
        deserializer = settings.getOrDefault(DESERIALIZER, APICURIO_DESERIALIZER).toString();
    }

    /// Apicurio's serde over the built-in catalogue.
    public static RecordSerdes builtIn() {
        return new RecordSerdes(Map.of());
    }

    /// The serde that `settings` name, with [#SERIALIZER] and [#DESERIALIZER] and whatever settings
    /// it takes itself (`schema.registry.url`, `apicurio.registry.url`, …).
    public static RecordSerdes configured(Map<String, ?> settings) {
        return new RecordSerdes(settings);
    }

    /// The settings to give to a Kafka client that creates the serde by its class name, such as
    /// Spring Kafka's factories: `value.serializer` and `value.deserializer` included.
    public Map<String, Object> clientSettings() {
        Map<String, Object> all = new HashMap<>(settings);
        all.put("value.serializer", serializer);
        all.put("value.deserializer", deserializer);
        return all;
    }

    /// A serde for values of one class. The caller closes it.
    ///
    /// @throws IllegalArgumentException if the configured class cannot be created
    public <V extends SpecificRecord> Serde<V> serde(Class<V> value) {
        return Serdes.serdeFrom(serializer(), deserializer(value));
    }

    /// A serializer for any of the catalogue's records. The caller closes it.
    @SuppressWarnings("unchecked")
    public <V extends SpecificRecord> Serializer<V> serializer() {
        Serializer<V> created = (Serializer<V>) create(serializer, Serializer.class);
        created.configure(settings, false);
        return created;
    }

    /// A deserializer that yields values of one class. The caller closes it.
    @SuppressWarnings("unchecked")
    public <V extends SpecificRecord> Deserializer<V> deserializer(Class<V> value) {
        Deserializer<Object> created =
                (Deserializer<Object>) create(deserializer, Deserializer.class);
        created.configure(settings, false);
        return new TypedDeserializer<>(created, value);
    }

    private static Object create(String className, Class<?> type) {
        try {
            return type.cast(Class.forName(className).getDeclaredConstructor().newInstance());
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new IllegalArgumentException("cannot create the serde class " + className, e);
        }
    }
}
