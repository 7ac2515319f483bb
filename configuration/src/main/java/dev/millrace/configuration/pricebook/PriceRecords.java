package dev.millrace.configuration.pricebook;

import dev.millrace.configuration.prices.PriceEntry;
import dev.millrace.configuration.prices.PriceTier;
import dev.millrace.configuration.prices.Rates;
import dev.millrace.schemas.Price;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;

/// Price entries as they stand in the records.
final class PriceRecords {

    private PriceRecords() {}

    /// The record's key: what an entry holds for, separated by `|`. A later entry under the same
    /// key corrects it.
    static String key(PriceEntry entry) {
        return String.join(
                "|", part(entry.provider()), part(entry.model()), entry.effectiveFrom().toString());
    }

    static Price record(PriceEntry entry, Instant now) {
        return Price.newBuilder()
                .setProvider(entry.provider())
                .setModel(entry.model())
                .setEffectiveFrom(entry.effectiveFrom())
                .setCurrency(entry.currency())
                .setPer(entry.per())
                .setRates(rates(entry.rates()))
                .setTiers(
                        entry.tiers().stream()
                                .map(tier ->
                                        dev.millrace.schemas.PriceTier.newBuilder()
                                                .setAboveTokens(tier.above())
                                                .setServiceTier(tier.serviceTier())
                                                .setRates(rates(tier.rates()))
                                                .build())
                                .toList())
                .setSource(entry.source())
                .setRecordedAt(now)
                .build();
    }

    /// @throws IllegalArgumentException if the record is no price
    static PriceEntry entry(Price price) {
        return new PriceEntry(
                price.getProvider(),
                price.getModel(),
                rates(price.getRates()),
                price.getTiers().stream()
                        .map(tier ->
                                new PriceTier(
                                        tier.getAboveTokens(),
                                        tier.getServiceTier(),
                                        rates(tier.getRates())))
                        .toList(),
                price.getPer(),
                price.getCurrency(),
                price.getEffectiveFrom(),
                price.getSource());
    }

    private static dev.millrace.schemas.Rates rates(Rates rates) {
        return dev.millrace.schemas.Rates.newBuilder()
                .setInput(scaled(rates.input()))
                .setCacheRead(scaled(rates.cacheRead()))
                .setCacheWrite(scaled(rates.cacheWrite()))
                .setCacheWrite1h(scaled(rates.cacheWriteHour()))
                .setOutput(scaled(rates.output()))
                .setReasoning(scaled(rates.reasoning()))
                .setAudioInput(scaled(rates.audioInput()))
                .setAudioOutput(scaled(rates.audioOutput()))
                .setImage(scaled(rates.image()))
                .setAudioSecond(scaled(rates.audioSecond()))
                .setQuery(scaled(rates.query()))
                .setGpuSecond(scaled(rates.gpuSecond()))
                .build();
    }

    private static Rates rates(dev.millrace.schemas.Rates rates) {
        return new Rates(
                plain(rates.getInput()),
                plain(rates.getCacheRead()),
                plain(rates.getCacheWrite()),
                plain(rates.getCacheWrite1h()),
                plain(rates.getOutput()),
                plain(rates.getReasoning()),
                plain(rates.getAudioInput()),
                plain(rates.getAudioOutput()),
                plain(rates.getImage()),
                plain(rates.getAudioSecond()),
                plain(rates.getQuery()),
                plain(rates.getGpuSecond()));
    }

    private static BigDecimal scaled(BigDecimal price) {
        return price.setScale(PriceEntry.SCALE, RoundingMode.UNNECESSARY);
    }

    /// The same number as a person writes it, which computes faster too.
    private static BigDecimal plain(BigDecimal price) {
        BigDecimal stripped = price.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    private static String part(String text) {
        return text.replace("%", "%25").replace("|", "%7C");
    }
}
