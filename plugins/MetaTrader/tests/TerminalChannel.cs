using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;
using TradeFlow.FakeExpertAdvisor;

namespace TradeFlow.Plugins.MetaTrader.Tests;

/// <summary>A channel without a wire: commands are run on the spot, and the report is the terminal itself.</summary>
internal sealed class TerminalChannel(Terminal terminal) : IAgentChannel
{
    private readonly ConcurrentDictionary<string, AgentCommandRecord> records = new(StringComparer.Ordinal);

    /// <summary>False: the newest report is old.</summary>
    public bool IsFresh { get; set; } = true;

    /// <summary>False: the terminal's program reports no working orders, as the contract allows.</summary>
    public bool ReportsOrders { get; set; } = true;

    public void Forget() => records.Clear();

    public Task<AgentReport?> LatestAsync(CancellationToken ct) => Task.FromResult<AgentReport?>(new AgentReport
    {
        ReceivedAt = TimeProvider.System.GetUtcNow(), IsFresh = IsFresh, Instance = "fake", Platform = terminal.Platform,
        Hedging = terminal.Hedging, Currency = terminal.Currency,
        Balance = terminal.Balance, Equity = terminal.Equity, FreeMargin = terminal.Equity, TradeAllowed = terminal.AutoTrading,
        BrokerOffset = terminal.BrokerOffset, Positions = [.. terminal.Positions.ToList().Select(Position)], Orders = ReportsOrders
            ? [.. terminal.Orders.ToList().Select(Order)] : null, Symbols = [.. terminal.Symbols.Values.ToList().Select(Symbol)],
    });

    public Task<AgentAnswer> SendAsync(AgentCommand command, CancellationToken ct)
    {
        if (ct.IsCancellationRequested) return Task.FromResult<AgentAnswer>(new AgentAnswer.NotDelivered("Cancelled."));
        if (records.TryGetValue(command.Id, out var known) && known.Result is { } told)
            return Task.FromResult<AgentAnswer>(new AgentAnswer.Answered(told));
        var now = TimeProvider.System.GetUtcNow();
        var result = Result(terminal.Execute(new FakeCommand(
            command.Id, command.Verb, command.Symbol, command.Side == Side.Buy ? "BUY" : "SELL",
            command.Type switch { OrderType.Limit => "LIMIT", OrderType.Stop => "STOP", _ => "MARKET" }, command.Quantity, command.Price
                ?? 0, command.StopLoss ?? 0, command.TakeProfit ?? 0, command.Ticket, command.Magic, command.Comment, DateTime.MaxValue)));
        records[command.Id] = new AgentCommandRecord
        {
            Command = command, CreatedAt = now, ExpiresAt = now + command.ValidFor, DeliveredAt = now, Result = result
        };
        return Task.FromResult<AgentAnswer>(new AgentAnswer.Answered(result));
    }

    public Task<AgentCommandRecord?> FindAsync(string id, CancellationToken ct) => Task.FromResult(records.GetValueOrDefault(id));

    public Task<IReadOnlyList<AgentCommandRecord>> FindByMagicAsync(IReadOnlyCollection<long> magics, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<AgentCommandRecord>>([.. records.Values.Where(
            record => record.Command.Verb == "open" && magics.Contains(record.Command.Magic))]);

    private AgentPosition Position(FakePosition position) => new()
    {
        Ticket = position.Ticket, Symbol = position.Symbol, Side = SideOf(position.Side), Quantity = position.Lots,
        OpenPrice = position.OpenPrice, OpenedAt = new DateTimeOffset(position.OpenedUtc, TimeSpan.Zero),
        CurrentPrice = Terminal.Exit(position, terminal.Symbols[position.Symbol]), StopLoss = NotZero(position.Sl),
        TakeProfit = NotZero(position.Tp), Profit = terminal.Profit(position), Magic = position.Magic, Comment = position.Comment,
    };

    private static AgentOrder Order(FakeOrder order) => new()
    {
        Ticket = order.Ticket, Symbol = order.Symbol, Side = SideOf(order.Side),
        Type = order.Type == "LIMIT" ? OrderType.Limit : OrderType.Stop, Quantity = order.Lots, Price = order.Price,
        StopLoss = NotZero(order.Sl), TakeProfit = NotZero(order.Tp), Magic = order.Magic, Comment = order.Comment,
    };

    private static AgentSymbol Symbol(FakeSymbol symbol) => new()
    {
        Symbol = symbol.Name, TickSize = symbol.TickSize, TickValue = symbol.TickValue, ContractSize = symbol.ContractSize,
        MinQuantity = 0.01m, MaxQuantity = 100, QuantityStep = 0.01m, Bid = symbol.Bid, Ask = symbol.Ask,
        SeenAt = TimeProvider.System.GetUtcNow(),
    };

    private static AgentResult Result(FakeResult result) => new()
    {
        Id = result.Id, Status = result.Status, Code = result.Retcode, Ticket = result.Ticket, Price = NotZero(result.Price),
        Quantity = NotZero(result.Lots), Profit = result.Profit, Message = result.Message,
    };

    private static Side SideOf(string side) => side == "BUY" ? Side.Buy : Side.Sell;

    private static decimal? NotZero(decimal value) => value == 0 ? null : value;
}
