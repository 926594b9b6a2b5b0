using Orleans;
using Orleans.Placement;
using Orleans.Runtime;
using Orleans.Runtime.Placement;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Lanes;

/// <summary>Begins and ends the life of a lane in this Worker. What the lane does is <see cref="LaneLife"/>'s.</summary>
[KeepAlive, RandomPlacement]
internal sealed class LaneGrain(LaneHost host, QuestionDesk? desk = null) : Grain, ILane, IAccountDesk
{
    private LaneLife? life;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        life = await host.BeginAsync(new AccountId(this.GetPrimaryKey()), over: End, cancellationToken);
        // Nothing to serve: the account is gone, or has never been connected.
        if (life is null) End();
    }

    public Task EnsureAsync() => Task.CompletedTask;

    /// <summary>Where the lane is, the session is; but not before what an earlier one may still have of it is over.</summary>
    public async Task<BrokerAnswer?> AskAsync(BrokerQuestion question)
    {
        if (desk is null) return null;
        if (life is { } now)
            await now.Begun.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return await desk.AnswerAsync(question, life?.Ending ?? CancellationToken.None);
    }

    public Task RingAsync()
    {
        life?.Lane.Look();
        return Task.CompletedTask;
    }

    public async Task<OrderTold?> SubmittedAsync(SubmittedOrder submitted) =>
        life is { } now && await host.SubmittedAsync(now, submitted) is { } json ? new OrderTold(json) : null;

    public Task MoveAsync(string worker)
    {
        // Whoever waits for an order here would keep it from going.
        _ = life?.EndAsync();
        RequestContext.Set(IPlacementDirector.PlacementHintKey, SiloAddress.FromParsableString(worker));
        this.MigrateOnIdle();
        return Task.CompletedTask;
    }

    // What has been sent is waited for, and the session is given up, before anybody else may begin.
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        life?.EndAsync() ?? Task.CompletedTask;

    private void End() => this.DeactivateOnIdle();
}
