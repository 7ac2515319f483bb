package dev.millrace.configuration;

import dev.millrace.configuration.prices.PriceList;
import java.util.List;
import java.util.Optional;

/// One version of the configuration, valid as a whole. Immutable.
///
/// @param providers in the document's order, which is the order of preference
/// @param models in the document's order
/// @param tenants empty while everything belongs to [Tenant#DEFAULT]
/// @param prices the document's, and the starter list behind them
/// @param defaults what holds where a request says nothing
public record Configuration(
        List<Provider> providers,
        List<Model> models,
        List<Tenant> tenants,
        PriceList prices,
        Defaults defaults) {

    /// The configuration before the first snapshot.
    public static final Configuration EMPTY =
            new Configuration(List.of(), List.of(), List.of(), PriceList.EMPTY, Defaults.NONE);

    public Configuration {
        providers = List.copyOf(providers);
        models = List.copyOf(models);
        tenants = List.copyOf(tenants);
    }

    /// The provider of this name.
    public Optional<Provider> provider(String name) {
        return providers.stream().filter(provider -> provider.name().equals(name)).findFirst();
    }

    /// The model of this name.
    public Optional<Model> model(String name) {
        return models.stream().filter(model -> model.name().equals(name)).findFirst();
    }

    /// The tenant of this id.
    public Optional<Tenant> tenant(String id) {
        return tenants.stream().filter(tenant -> tenant.id().equals(id)).findFirst();
    }
}
