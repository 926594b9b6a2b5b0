using System.Text.Json;
using System.Text.Json.Serialization;
using TradeFlow.Platform.Live.Events;
using TradeFlow.Platform.Trading.Lanes;

namespace TradeFlow.Platform.Trading.Emergency;

/// <summary>The steps of an emergency stop on the sockets, from the lane of one of its accounts.</summary>
internal sealed class StopProgressFeed(Lane lane, StopStore stops, LiveEvents live)
{
    private StopStep? told;

    /// <summary>Tells how far the stop is, when that is news.</summary>
    public async Task TellAsync(Guid stop, CancellationToken ct)
    {
        var now = await stops.StepAsync(stop, ct);
        if (now.IsAsFarAs(told)) return;
        told = now;
        var step = new StopEvent("emergency_stop", now.StopId, now.PositionsOpen, now.PositionsClosed, now.Done);
        live.Publish(lane.Tenant, now.Accounts, JsonSerializer.Serialize(step, StopJson.Default.StopEvent));
    }
}

internal sealed record StopEvent(string Type, Guid StopId, long PositionsOpen, long PositionsClosed, bool Done);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(StopEvent))]
internal sealed partial class StopJson : JsonSerializerContext;
