using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace TradeFlow.BrokerSdk;

/// <summary>One close that was sent to a broker that takes no id of ours with it.</summary>
public sealed record SentClose
{
    /// <summary>Our id.</summary>
    public required string ClientOrderId { get; init; }

    /// <summary>The broker's id of the position.</summary>
    public required string PositionId { get; init; }

    /// <summary>The broker's symbol; <c>null</c> where the position's id is enough.</summary>
    public string? BrokerSymbol { get; init; }

    /// <summary>The side of the position. The order that closes it has the other.</summary>
    public required Side PositionSide { get; init; }

    /// <summary>How much was to be closed, in the instrument's unit; <c>null</c> for all of it.</summary>
    public decimal? Quantity { get; init; }

    /// <summary>How much was open then, where it was known.</summary>
    public decimal? PositionQuantity { get; init; }

    /// <summary>When it was sent (UTC), by the clock that the broker's times are compared with.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>The highest order id from before it, where the broker's ids count up; its order has a higher one.</summary>
    public long? After { get; init; }

    /// <summary>Average entry price of the position, where it was known.</summary>
    public decimal? Entry { get; init; }

    /// <summary>Orders that protected the position then: when one of them fills, that is not this close.</summary>
    public IReadOnlyList<string> Legs { get; init; } = [];

    /// <summary>The broker's id of the closing order, once it has been seen filled.</summary>
    public string? OrderId { get; init; }
}

/// <summary>How the orders of a broker are compared with the closes that were sent.</summary>
/// <typeparam name="TOrder">The connector's own record of an order.</typeparam>
/// <param name="IdOf">The broker's id of the order.</param>
/// <param name="Fits">The order may be this close, by position, side, quantity and time.</param>
/// <param name="IsCertain">The order is filled: no other order can be this close any more.</param>
public sealed record CloseMatch<TOrder>(Func<TOrder, string> IdOf, Func<SentClose, TOrder, bool> Fits, Func<TOrder, bool> IsCertain);

/// <summary>
/// Which closes were sent, for a broker that takes no id of ours with a close: an order that closes is told to be ours by its position,
/// side, quantity and time. An order is one close; of two that fit, the earlier order is the earlier close.
/// </summary>
/// <remarks>
/// With a store (<see cref="OpenAsync"/>) the closes are kept before they leave, under the key <c>closes</c>, and outlive the session. A
/// store that fails bars no way out: the close is in memory, and after a crash in that moment a person has to look. All members may be
/// called at the same time.
/// </remarks>
public sealed partial class CloseLedger : IDisposable
{
    private const string StateKey = "closes";
    // About 220 bytes each; a value of the state may have 16 KiB.
    private const int MostKept = 60;
    private const int MostInMemory = 200;

    private readonly Lock gate = new();
    private readonly SemaphoreSlim writing = new(1);
    private readonly (IConnectorState State, ILogger Log)? store;
    private readonly List<SentClose> closes;

    private CloseLedger(List<SentClose> closes, IConnectorState state, ILogger log) => (this.closes, store) = (closes, (state, log));

    /// <summary>A ledger of this session alone: the newest 200 closes, in memory.</summary>
    public CloseLedger() => closes = [];

    /// <summary>The ledger of an account, with the newest 60 closes of the sessions before.</summary>
    /// <param name="state">Where they are kept.</param>
    /// <param name="log">Gets an error when the store fails. A ledger that cannot be read begins empty.</param>
    /// <param name="ct">Ends the reading.</param>
    public static async Task<CloseLedger> OpenAsync(IConnectorState state, ILogger log, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(state);
        try
        {
            var kept = await state.GetAsync(StateKey, ct).ConfigureAwait(false);
            return new CloseLedger(kept is null ? [] : JsonSerializer.Deserialize(kept, CloseJson.Default.ListSentClose) ?? [], state, log);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotKept(log, e.GetType().Name);
            return new CloseLedger([], state, log);
        }
    }

    /// <summary>Before the close is sent.</summary>
    public Task AddAsync(SentClose close, CancellationToken ct)
    {
        lock (gate)
        {
            closes.Add(close);
            if (closes.Count > (store is null ? MostInMemory : MostKept)) closes.RemoveAt(0);
        }
        return KeepAsync(ct);
    }

    /// <summary>The close was refused or never sent.</summary>
    public Task ForgetAsync(string clientOrderId, CancellationToken ct)
    {
        lock (gate) closes.RemoveAll(close => close.ClientOrderId == clientOrderId);
        return KeepAsync(ct);
    }

    /// <summary>The close with our id; <c>null</c> when it is no close, or one of long ago.</summary>
    public SentClose? Find(string clientOrderId)
    {
        lock (gate) return closes.Find(close => close.ClientOrderId == clientOrderId);
    }

    /// <summary>
    /// The order that is this close, if it is among them. What it learns is in memory; <see cref="ClaimAsync"/> also keeps it.
    /// </summary>
    /// <param name="sought">The close.</param>
    /// <param name="orders">The likeliest first, and among those the earliest first.</param>
    /// <param name="match">How the two are compared.</param>
    /// <returns><c>null</c> when none fits, or when an earlier close that waits for its order has as much right to the only one that
    /// does.</returns>
    public TOrder? Claim<TOrder>(SentClose sought, IEnumerable<TOrder> orders, CloseMatch<TOrder> match) where TOrder : class =>
        Take(sought, orders, match).Order;

    /// <summary><see cref="Claim"/>, and keeps which order it is.</summary>
    /// <param name="sought">The close.</param>
    /// <param name="orders">The likeliest first, and among those the earliest first.</param>
    /// <param name="match">How the two are compared.</param>
    /// <param name="ct">Ends the keeping.</param>
    public async Task<TOrder?> ClaimAsync<TOrder>(
        SentClose sought, IEnumerable<TOrder> orders, CloseMatch<TOrder> match, CancellationToken ct) where TOrder : class
    {
        var (order, isNew) = Take(sought, orders, match);
        if (isNew) await KeepAsync(ct).ConfigureAwait(false);
        return order;
    }

    /// <inheritdoc/>
    public void Dispose() => writing.Dispose();

    private (TOrder? Order, bool IsNew) Take<TOrder>(SentClose sought, IEnumerable<TOrder> orders, CloseMatch<TOrder> match)
        where TOrder : class
    {
        ArgumentNullException.ThrowIfNull(sought);
        ArgumentNullException.ThrowIfNull(match);
        lock (gate)
        {
            var at = closes.FindIndex(candidate => candidate.ClientOrderId == sought.ClientOrderId);
            var close = at < 0 ? sought : closes[at];
            if (close.OrderId is { } known) return (orders.FirstOrDefault(order => match.IdOf(order) == known), false);
            var taken = closes.Select(other => other.OrderId).OfType<string>().ToHashSet(StringComparer.Ordinal);
            var fitting = orders.Where(order => match.Fits(close, order) && !taken.Contains(match.IdOf(order))).ToList();
            var before = closes.Take(at < 0 ? closes.Count : at)
                .Count(other => other.OrderId is null && fitting.Exists(order => match.Fits(other, order)));
            if (fitting.Skip(before).FirstOrDefault() is not { } ours) return (null, false);
            var isNew = at >= 0 && match.IsCertain(ours);
            if (isNew) closes[at] = close with { OrderId = match.IdOf(ours) };
            return (ours, isNew);
        }
    }

    private async Task KeepAsync(CancellationToken ct)
    {
        if (store is not var (state, log)) return;
        await writing.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            string all;
            lock (gate) all = JsonSerializer.Serialize(closes, CloseJson.Default.ListSentClose);
            await state.SetAsync(StateKey, all, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotKept(log, e.GetType().Name);
        }
        finally
        {
            writing.Release();
        }
    }

    [LoggerMessage(5901, LogLevel.Error, "The closes that were sent could not be read or kept ({Error})")]
    private static partial void LogNotKept(ILogger log, string error);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(List<SentClose>))]
internal sealed partial class CloseJson : JsonSerializerContext;
