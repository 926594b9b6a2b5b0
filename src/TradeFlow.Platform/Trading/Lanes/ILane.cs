using Orleans;
using Orleans.Concurrency;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>
/// The lane of the account that is its key, wherever it runs. A call carries no work: what is to be done stands in PostgreSQL.
/// </summary>
[Alias("lane")]
internal interface ILane : IGrainWithGuidKey
{
    /// <summary>Begins to run it where nobody does.</summary>
    [AlwaysInterleave, Alias("ensure")]
    Task EnsureAsync();

    /// <summary>Goes to another Worker between two orders.</summary>
    /// <param name="worker">Its name, as Orleans writes it.</param>
    [AlwaysInterleave, Alias("move")]
    Task MoveAsync(string worker);

    /// <summary>Looks at its orders, and at what has been decided about its account. Nobody waits for it.</summary>
    [AlwaysInterleave, OneWay, Alias("ring")]
    Task RingAsync();

    /// <summary>Looks at its orders, and tells what has become of this one, or of the signal whose order it is.</summary>
    /// <returns><c>null</c> when there is nothing to tell in the time that was given.</returns>
    [AlwaysInterleave, ResponseTimeout("00:00:15"), Alias("submitted")]
    Task<OrderTold?> SubmittedAsync(SubmittedOrder submitted);
}

/// <summary>An order that was recorded.</summary>
/// <param name="AtMost">How long its outcome may be waited for.</param>
/// <param name="Trace">Where the trace of its signal goes on.</param>
[GenerateSerializer, Alias("lane.submitted")]
internal sealed record SubmittedOrder([property: Id(0)] Guid Order, [property: Id(1)] TimeSpan AtMost, [property: Id(2)] string? Trace);

/// <summary>What has become of an order.</summary>
/// <param name="Json">It as <c>OrderView</c> is written: a Worker and an Api of two versions understand each other by its rules.</param>
[GenerateSerializer, Alias("lane.told")]
internal sealed record OrderTold([property: Id(0)] string Json);
