using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Topstep.Session;

/// <summary>A contract in which a position was closed, or is being closed, and whose legs have not been proven gone yet.</summary>
internal sealed record DueLegs(string ContractId, Side ClosedSide);

/// <summary>
/// Which contracts are to be looked after for legs that a close left behind. Written before the close is sent and kept in the account's
/// store, so that a crash in between does not leave a stop that opens a position later.
/// </summary>
internal sealed partial class LegsDue(IConnectorState state, ILogger log) : IDisposable
{
    private const string StateKey = "legs_due";

    private readonly SemaphoreSlim turn = new(1);
    private HashSet<DueLegs>? due;

    public Task AddAsync(DueLegs legs, CancellationToken ct) => ChangeAsync(all => all.Add(legs), ct);

    public Task DoneAsync(DueLegs legs, CancellationToken ct) => ChangeAsync(all => all.Remove(legs), ct);

    public async Task<IReadOnlyList<DueLegs>> ListAsync(CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            return [.. await LoadedAsync(ct)];
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private async Task ChangeAsync(Func<HashSet<DueLegs>, bool> change, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            var all = await LoadedAsync(ct);
            if (change(all)) await state.SetAsync(StateKey,
                all.Count == 0 ? null : string.Join('\n', all.Select(legs => $"{legs.ClosedSide} {legs.ContractId}")), ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A way out is never barred by a store that fails; in memory it is kept.
            LogNotKept(log, e.GetType().Name);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<HashSet<DueLegs>> LoadedAsync(CancellationToken ct)
    {
        if (due is not null) return due;
        try
        {
            return due = [.. (await state.GetAsync(StateKey, ct) ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Read)
                .OfType<DueLegs>()];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotKept(log, e.GetType().Name);
            return due = [];
        }
    }

    private static DueLegs? Read(string line) =>
        line.Split(' ') is [var side, var contract] && Enum.TryParse<Side>(side, out var known) ? new DueLegs(contract, known) : null;

    [LoggerMessage(5302, LogLevel.Error, "The note of legs to look after could not be read or kept ({Error})")]
    private static partial void LogNotKept(ILogger log, string error);
}
