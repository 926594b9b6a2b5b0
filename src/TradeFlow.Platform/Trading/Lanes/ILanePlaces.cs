using Orleans;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>Says where lanes run. Tests put Workers without a network here.</summary>
internal interface ILanePlaces
{
    /// <summary>Has the lane begin somewhere, unless it runs already.</summary>
    Task EnsureAsync(AccountId account);

    /// <summary>Has the lane go to another Worker.</summary>
    Task MoveAsync(AccountId account, string worker);
}

/// <summary>Orleans keeps them.</summary>
internal sealed class LaneGrains(IGrainFactory grains) : ILanePlaces
{
    public Task EnsureAsync(AccountId account) => grains.GetGrain<ILane>(account.Value).EnsureAsync();

    public Task MoveAsync(AccountId account, string worker) => grains.GetGrain<ILane>(account.Value).MoveAsync(worker);
}
