using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Paper.Market;

namespace TradeFlow.Plugins.Paper.Book;

/// <summary>The account: what the events of the journal add up to. Changes by <see cref="Apply"/> alone.</summary>
internal sealed class PaperBook
{
    public const decimal StartBalance = 100_000m;
    private readonly Dictionary<string, PaperOrder> orders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PaperOrder> byClientId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PaperOrder> working = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PaperPosition> positions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Anchor> anchors = new(StringComparer.Ordinal);
    private string? script;
    private int place;
    private long count;

    public decimal Balance { get; private set; } = StartBalance;

    /// <summary>Orders before this time are not in the book any more.</summary>
    public DateTimeOffset HistoryFrom { get; private set; } = DateTimeOffset.MinValue;

    public IReadOnlyCollection<PaperOrder> Orders => orders.Values;
    public IReadOnlyCollection<PaperOrder> Working => working.Values;
    public IReadOnlyCollection<PaperPosition> Positions => positions.Values;

    public string NextOrderId => $"P{count + 1}";
    public long Count => count;
    public bool IsEmpty => count == 0 && script is null;

    /// <summary>How many steps of a script are taken. One that is new to the account has all of them before it.</summary>
    public int PlaceIn(string scriptId) => scriptId == script ? place : 0;

    public PaperOrder? FindOrder(string id) => orders.GetValueOrDefault(id);
    public PaperOrder? FindByClientId(string id) => byClientId.GetValueOrDefault(id);
    public PaperPosition? FindPosition(string id) => positions.GetValueOrDefault(id);

    public Anchor AnchorOf(PaperInstrument instrument) =>
        anchors.TryGetValue(instrument.Instrument.Symbol, out var anchor) ? anchor : Walk.Start(instrument);

    public void Apply(BookEvent what)
    {
        if (what.Script is not null) (script, place) = (what.Script, what.Place);
        switch (what.Kind)
        {
            case EventKind.Order:
                Add(what);
                break;
            case EventKind.Fill when what is { OrderId: { } id, FillPrice: { } price } && orders.TryGetValue(id, out var order):
                Fill(order, price, what.At);
                break;
            case EventKind.Close:
                Close(what);
                break;
            case EventKind.Cancel when what.OrderId is { } id && working.Remove(id, out var order):
                order.Cancel();
                break;
            case EventKind.Modify:
                Modify(what);
                break;
            case EventKind.Base:
                Balance = what.Balance ?? StartBalance;
                count = Math.Max(count, what.Count ?? 0);
                HistoryFrom = what.At;
                break;
            default:
                break;
        }
    }

    private void Add(BookEvent what)
    {
        if (what is not { OrderId: { } id, Symbol: { } symbol, Quantity: { } quantity }) return;
        var order = new PaperOrder
        {
            Id = id, ClientOrderId = what.ClientOrderId, Symbol = symbol, Side = what.Side, Type = what.Type, Quantity = quantity,
            Price = what.Price, StopLoss = what.StopLoss, TakeProfit = what.TakeProfit, CreatedAt = what.At, Part = what.Part,
        };
        Remember(order);
        if (what.FillPrice is { } price) Fill(order, price, what.At);
        if (order.IsWorking) working[id] = order;
    }

    private void Fill(PaperOrder order, decimal price, DateTimeOffset at)
    {
        var fill = order.Fill(price, at);
        if (!order.IsWorking) working.Remove(order.Id);
        anchors[order.Symbol] = new Anchor(price, at);
        var id = order.Id + PaperOrder.PositionSuffix;
        order.PositionId = id;
        if (positions.TryGetValue(id, out var begun)) begun.Add(fill);
        else positions[id] = new PaperPosition
        {
            Id = id, Symbol = order.Symbol, Side = order.Side, Quantity = fill.Quantity, AveragePrice = price,
            StopLoss = order.StopLoss, TakeProfit = order.TakeProfit, OpenedAt = at, ClientOrderId = order.ClientOrderId,
        };
    }

    private void Close(BookEvent what)
    {
        if (what is not { OrderId: { } id, PositionId: { } positionId, Quantity: { } quantity, FillPrice: { } price, Pnl: { } pnl }) return;
        if (!positions.TryGetValue(positionId, out var position)) return;
        var closing = new PaperOrder
        {
            Id = id, ClientOrderId = what.ClientOrderId, Symbol = position.Symbol, Side = position.Side == Side.Buy ? Side.Sell : Side.Buy,
            Type = OrderType.Market, Quantity = quantity, CreatedAt = what.At, PositionId = positionId,
            IsProtection = what.Protection, Pnl = pnl,
        };
        closing.Fill(price, what.At);
        Remember(closing);
        anchors[position.Symbol] = new Anchor(price, what.At);
        Balance += pnl;
        position.Quantity -= quantity;
        if (position.Quantity <= 0m) positions.Remove(positionId);
    }

    private void Modify(BookEvent what)
    {
        if (what.PositionId is { } positionId && positions.TryGetValue(positionId, out var position))
        {
            position.StopLoss = Changed(position.StopLoss, what.StopLoss);
            position.TakeProfit = Changed(position.TakeProfit, what.TakeProfit);
        }
        else if (what.OrderId is { } id && working.TryGetValue(id, out var order))
        {
            order.Price = what.Price ?? order.Price;
            order.Quantity = what.Quantity ?? order.Quantity;
            order.StopLoss = Changed(order.StopLoss, what.StopLoss);
            order.TakeProfit = Changed(order.TakeProfit, what.TakeProfit);
        }
    }

    // Zero takes the stop away.
    private static decimal? Changed(decimal? old, decimal? wanted) => wanted switch { null => old, 0m => null, _ => wanted };

    private void Remember(PaperOrder order)
    {
        count++;
        orders[order.Id] = order;
        if (order.ClientOrderId is { } clientId) byClientId[clientId] = order;
    }
}
