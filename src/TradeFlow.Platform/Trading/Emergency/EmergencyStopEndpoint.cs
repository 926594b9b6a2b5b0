using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Trading.Emergency;

/// <summary>Stops everything on a person's word, or one account.</summary>
internal static class EmergencyStopEndpoint
{
    // How long the answer waits for the brokers: on as long as they go on closing. What is not flat by then is closed all the same.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(75);

    internal sealed record Request(Guid? AccountId = null);

    /// <param name="Success">True when the brokers have shown every account flat.</param>
    /// <param name="TotalPnl">Realised by the closes, net; <c>null</c> when the accounts have several currencies: see
    /// <see cref="PnlByCurrency"/>.</param>
    /// <param name="Errors">A sentence for each position that is still open, with its id, and for whatever else is not settled. Closing
    /// goes on.</param>
    /// <param name="AccountsDisabled">Accounts that were on before.</param>
    internal sealed record Stopped(
        bool Success, long PositionsClosed, decimal? TotalPnl, IReadOnlyList<string> Errors, decimal OrdersCanceled, int AccountsDisabled,
        Guid StopId, IReadOnlyDictionary<string, decimal> PnlByCurrency);

    internal static async Task<Results<Ok<Stopped>, ProblemHttpResult>> Handle(
        Request? request, TenantContext tenant, ExecuteStop execute, StopReads reads, TimeProvider clock, CancellationToken ct)
    {
        AccountId? only = request?.AccountId is { } named ? new AccountId(named) : null;
        if (await execute.RunAsync(only) is not { } begun) return Problem.NotFound();
        var ids = begun.Accounts.Select(account => account.Id.Value).ToArray();
        var (started, moved) = (clock.GetTimestamp(), clock.GetTimestamp());
        var progress = await reads.ProgressAsync(tenant.Wall, ids, ct);
        while (!progress.IsFlat && clock.GetElapsedTime(moved) < Patience && clock.GetElapsedTime(started) < Longest)
        {
            await Task.Delay(Look, clock, ct);
            var before = progress;
            progress = await reads.ProgressAsync(tenant.Wall, ids, ct);
            var isSame = (progress.PositionsClosed, progress.OrdersCanceled) == (before.PositionsClosed, before.OrdersCanceled);
            if (!isSame) moved = clock.GetTimestamp();
        }
        var pnl = progress.PnlByCurrency;
        return TypedResults.Ok(new Stopped(progress.IsFlat, progress.PositionsClosed, pnl.Count > 1 ? null : pnl.Values.Sum(),
            progress.Errors, progress.OrdersCanceled, begun.Accounts.Count(account => account.WasEnabled), begun.Id, pnl));
    }
}
