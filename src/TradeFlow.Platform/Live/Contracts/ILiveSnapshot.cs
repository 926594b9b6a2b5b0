using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Live.Contracts;

/// <summary>
/// What a socket is told first, and again whenever it may have missed something. Whoever owns the positions implements it.
/// </summary>
public interface ILiveSnapshot
{
    /// <returns>One event: <c>{"type":"snapshot","positions":[…]}</c>.</returns>
    Task<string> SnapshotJsonAsync(Wall wall, CancellationToken ct);
}
