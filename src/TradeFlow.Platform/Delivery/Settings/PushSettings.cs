using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Delivery.Channels.Push;

namespace TradeFlow.Platform.Delivery.Settings;

/// <summary>What a browser has to know before it subscribes.</summary>
internal static class PushSettings
{
    internal sealed record View(string PublicKey);

    internal static async Task<Ok<View>> Get(PushKeys keys, CancellationToken ct) =>
        TypedResults.Ok(new View((await keys.GetAsync(ct)).PublicKey));
}
