using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace TradeFlow.Platform.Tests.Alerts;

/// <summary>What the meter tells of an alert.</summary>
public sealed class MeasuredAlertTests(WebhookRig rig) : IClassFixture<WebhookRig>
{
    private readonly ConcurrentQueue<(string Name, double Value, string Tags)> heard = new();

    [Fact]
    public async Task An_alert_is_counted_by_its_answer_and_timed_by_its_stages()
    {
        var trader = await rig.NewTraderAsync();
        using var listener = Listen();

        await trader.AlertAsync(Trader.Buy);
        await trader.AlertAsync("""{"intent":{"side":"sideways","symbol":"EURUSD","qty":1}}""");

        var signals = heard.Where(measure => measure.Name == "tradeflow.signals").Select(measure => measure.Tags).ToList();
        signals.ShouldContain("status=200 code=ok");
        signals.ShouldContain("status=422 code=signal.invalid");
        var stages = heard.Where(measure => measure.Name == "tradeflow.signal.stage").ToList();
        foreach (var stage in new[] { "received", "decided", "recorded", "answered" })
            stages.ShouldContain(measure => measure.Tags == $"stage={stage}" && measure.Value >= 0, stage);
    }

    private MeterListener Listen()
    {
        var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Meter.Name == "TradeFlow") to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        listener.Start();
        return listener;
    }

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        heard.Enqueue((instrument.Name, value, string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
}
