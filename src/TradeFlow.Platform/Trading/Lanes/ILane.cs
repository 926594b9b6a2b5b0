using Orleans;
using Orleans.Concurrency;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>The lane of the account that is its key, wherever it runs. A call carries no work: what is to be done stands in PostgreSQL.</summary>
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
}
