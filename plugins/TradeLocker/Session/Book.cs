using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Http;
using TradeFlow.Plugins.TradeLocker.Mapping;

namespace TradeFlow.Plugins.TradeLocker.Session;

/// <summary>What the broker shows of the account, read by the columns of this session.</summary>
internal sealed class Book
{
    private readonly TradeCalls calls;
    private readonly SharedRead<IReadOnlyList<PositionRow>> positions;
    private readonly SharedRead<IReadOnlyList<OrderRow>> orders;
    private readonly SharedRead<IReadOnlyList<ExecutionRow>> executions;
    private readonly HistoryRead history;
    private volatile BrokerConfig config;
    private volatile IReadOnlyList<PositionRow> lastPositions = [];

    public Book(TradeCalls calls, BrokerConfig config, CancellationToken lifetime)
    {
        (this.calls, this.config) = (calls, config);
        positions = new("TradeLocker", ct => calls.TurnAsync(Limits.Positions, ct), ReadPositionsAsync, lifetime);
        orders = new("TradeLocker", ct => calls.TurnAsync(Limits.Orders, ct), ReadOrdersAsync, lifetime);
        executions = new("TradeLocker", ct => calls.TurnAsync(Limits.Executions, ct), ReadExecutionsAsync, lifetime);
        history = new(ct => calls.TurnAsync(Limits.OrdersHistory, ct), ReadHistoryAsync, lifetime);
    }

    /// <summary>The positions of the last full read.</summary>
    public IReadOnlyList<PositionRow> LastPositions => lastPositions;

    public Task<IReadOnlyList<PositionRow>> PositionsAsync(CancellationToken ct) => positions.ReadAsync(ct);

    public Task<IReadOnlyList<OrderRow>> OrdersAsync(CancellationToken ct) => orders.ReadAsync(ct);

    public Task<History> HistoryAsync(DateTimeOffset from, CancellationToken ct) => history.ReadAsync(from, ct);

    public Task<IReadOnlyList<ExecutionRow>> ExecutionsAsync(CancellationToken ct) => executions.ReadAsync(ct);

    /// <summary>The broker's limits let the fills of its session be read before history.</summary>
    public bool FillsAreSooner => calls.FreeIn(Limits.Executions) < calls.FreeIn(Limits.OrdersHistory);

    /// <summary>Money of the account; the columns decide which cell is which.</summary>
    public async Task<AccountSnapshot> StateAsync(TradeLockerAccount account, CancellationToken ct)
    {
        var panel = config.State;
        var row = (await calls.StateAsync(ct))["accountDetailsData"];
        if (!panel.Fits(row)) throw await LayoutChangedAsync(ct);
        if (panel.Of(row, "balance").Number is not { } balance)
            throw new ConnectorException(ConnectorErrorKind.Protocol, "TradeLocker's account state has no readable balance.");
        return new AccountSnapshot
        {
            Currency = account.Currency,
            Balance = balance,
            Equity = panel.Of(row, "projectedBalance").Number ?? (panel.Of(row, "openNetPnL").Number is { } open ? balance + open : null),
            FreeMargin = panel.Of(row, "availableFunds").Number,
            CanTrade = account.IsActive,
        };
    }

    private async Task<IReadOnlyList<PositionRow>> ReadPositionsAsync(CancellationToken ct)
    {
        var panel = config.Positions;
        var rows = await RowsAsync(await calls.PositionsAsync(ct), "positions", panel, ct);
        return lastPositions = [.. rows.Select(row => PositionRow.Read(panel, row)).Where(row => row.Qty > 0)];
    }

    private async Task<IReadOnlyList<OrderRow>> ReadOrdersAsync(CancellationToken ct)
    {
        var panel = config.Orders;
        return [.. (await RowsAsync(await calls.OrdersAsync(ct), "orders", panel, ct))
            .Select(row => OrderRow.Read(panel, row, isFinal: false))];
    }

    private async Task<IReadOnlyList<ExecutionRow>> ReadExecutionsAsync(CancellationToken ct)
    {
        var panel = config.Executions;
        return [.. (await RowsAsync(await calls.ExecutionsAsync(ct), "executions", panel, ct))
            .Select(row => ExecutionRow.Read(panel, row))];
    }

    private async Task<HistoryPage> ReadHistoryAsync(DateTimeOffset from, DateTimeOffset? to, CancellationToken ct)
    {
        var panel = config.OrdersHistory;
        var data = await calls.OrdersHistoryAsync(from, to, ct);
        return new HistoryPage([.. (await RowsAsync(data, "ordersHistory", panel, ct))
            .Select(row => OrderRow.Read(panel, row, isFinal: true))], data["hasMore"].Is("true"));
    }

    private async Task<List<Cell>> RowsAsync(Cell data, string name, Panel panel, CancellationToken ct)
    {
        // `no_data` and an empty list are the same; an answer without the list is not.
        if (data.Value.ValueKind is System.Text.Json.JsonValueKind.Undefined) return [];
        if (!data[name].IsArray) throw new ConnectorException(ConnectorErrorKind.Protocol, $"TradeLocker's answer has no list '{name}'.");
        var rows = data[name].Items.ToList();
        if (!rows.TrueForAll(panel.Fits)) throw await LayoutChangedAsync(ct);
        return rows;
    }

    private async Task<ConnectorException> LayoutChangedAsync(CancellationToken ct)
    {
        config = BrokerConfig.Read(await calls.ConfigAsync(ct));
        return new ConnectorException("TradeLocker has changed its columns; they have been read again.");
    }
}
