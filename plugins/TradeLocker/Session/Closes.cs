using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Mapping;

namespace TradeFlow.Plugins.TradeLocker.Session;

/// <summary>One close that we sent.</summary>
internal sealed record CloseNote
{
    public required string ClientOrderId { get; init; }
    public required string PositionId { get; init; }
    public required Side PositionSide { get; init; }

    /// <summary>Lots; null for all of it.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>Lots of the position then, where they were known.</summary>
    public decimal? PositionQuantity { get; init; }

    /// <summary>By the broker's clock.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>Average entry price of the position, where it was known.</summary>
    public decimal? Entry { get; init; }

    /// <summary>Orders that protected the position then: when one of them fills, that is not our close.</summary>
    public IReadOnlyList<string> Legs { get; init; } = [];

    /// <summary>The closing order, once it has been seen.</summary>
    public string? OrderId { get; init; }
}

/// <summary>
/// Which closes were sent. TradeLocker takes no id of ours with a close, so an order that closes is told to be ours by its position, side, quantity and
/// time. The notes are written before a close leaves and outlive the session.
/// </summary>
internal sealed partial class Closes(IConnectorState state, ILogger log) : IDisposable
{
    private const string StateKey = "closes";
    // About 220 bytes each; a value of the state may have 16 KiB.
    private const int Most = 60;
    private static readonly TimeSpan ClockError = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim turn = new(1);
    private List<CloseNote>? notes;

    public Task AddAsync(CloseNote note, CancellationToken ct) => ChangeAsync(all => all.Add(note), ct);

    /// <summary>The close was refused or never sent.</summary>
    public Task ForgetAsync(string clientOrderId, CancellationToken ct) => ChangeAsync(all => all.RemoveAll(note => note.ClientOrderId == clientOrderId), ct);

    public async Task<CloseNote?> FindAsync(string clientOrderId, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            return (await LoadedAsync(ct)).Find(note => note.ClientOrderId == clientOrderId);
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The row that is this close, if it is among them. A row belongs to one close only; of two that fit, the earlier row to the earlier close.</summary>
    public async Task<OrderRow?> ClaimAsync(CloseNote sought, IEnumerable<OrderRow> rows, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            var all = await LoadedAsync(ct);
            var note = all.Find(candidate => candidate.ClientOrderId == sought.ClientOrderId) ?? sought;
            if (note.OrderId is { } known) return rows.FirstOrDefault(row => row.Id == known);
            var taken = all.Select(other => other.OrderId).OfType<string>().ToHashSet(StringComparer.Ordinal);
            var waitingBefore = all.TakeWhile(other => other.ClientOrderId != note.ClientOrderId).Where(other => other.PositionId == note.PositionId && other.OrderId is null).ToList();
            var fitting = rows.Where(row => Fits(note, row) && !taken.Contains(row.Id)).OrderBy(Likeliness).ThenBy(row => row.Created).ToList();
            var ours = fitting.Skip(waitingBefore.Count(other => fitting.Exists(row => Fits(other, row)))).FirstOrDefault();
            if (ours is null) return null;
            // Only a filled row is certain to be the one: the broker tries at once and, when that fails, again with a second order.
            if (ours.IsFinal && OrderReports.FilledOf(ours) > 0 && all.IndexOf(note) is var at and >= 0)
            {
                all[at] = note with { OrderId = ours.Id };
                await KeepAsync(ct);
            }
            return ours;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private static int Likeliness(OrderRow row) => OrderReports.FilledOf(row) > 0 ? 0 : row.IsFinal ? 2 : 1;

    private static bool Fits(CloseNote note, OrderRow row) =>
        row.PositionId == note.PositionId
        && row.Side != note.PositionSide
        && !note.Legs.Contains(row.Id)
        && (row.Created is not { } created || created >= note.SentAt - ClockError)
        && (note.Quantity is not { } quantity || row.Qty == quantity);

    private async Task ChangeAsync(Action<List<CloseNote>> change, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            var all = await LoadedAsync(ct);
            change(all);
            if (all.Count > Most) all.RemoveRange(0, all.Count - Most);
            await KeepAsync(ct);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<List<CloseNote>> LoadedAsync(CancellationToken ct)
    {
        if (notes is not null) return notes;
        try
        {
            var stored = await state.GetAsync(StateKey, ct);
            return notes = stored is null ? [] : JsonSerializer.Deserialize(stored, CloseJson.Default.ListCloseNote) ?? [];
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotKept(log, e.GetType().Name);
            return notes = [];
        }
    }

    private async Task KeepAsync(CancellationToken ct)
    {
        try
        {
            await state.SetAsync(StateKey, JsonSerializer.Serialize(notes ?? [], CloseJson.Default.ListCloseNote), ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A way out is never barred by a store that fails. The note is in memory; after a crash in this moment a person has to look.
            LogNotKept(log, e.GetType().Name);
        }
    }

    [LoggerMessage(5201, LogLevel.Error, "The notes of closes could not be read or kept ({Error})")]
    private static partial void LogNotKept(ILogger log, string error);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(List<CloseNote>))]
internal sealed partial class CloseJson : JsonSerializerContext;
