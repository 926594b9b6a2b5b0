using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;

namespace Acme.Tests.Venue;

/// <summary>
/// Terminal and agent in one: runs each command once on the book, and reports the book. The wire between platform and agent
/// (<c>POST /api/ea/heartbeat</c>) is the platform's, and no part of a connector.
/// </summary>
internal sealed class Terminal(Book book) : IAgentChannel
{
    private static readonly Dictionary<string, int> Codes =
        new(StringComparer.Ordinal) { ["not_tradable"] = 3, ["invalid_quantity"] = 4, ["position_not_found"] = 7, ["order_refused"] = 10 };
    private readonly ConcurrentDictionary<string, AgentCommandRecord> records = new(StringComparer.Ordinal);

    public void Forget() => records.Clear();

    public Task<AgentReport?> LatestAsync(CancellationToken ct)
    {
        var (state, now) = (book.State(), DateTimeOffset.UtcNow);
        var (bid, ask) = book.Prices;
        return Task.FromResult<AgentReport?>(new AgentReport
        {
            ReceivedAt = now, IsFresh = true, Instance = "double", Currency = state.Account.Currency, Balance = state.Account.Balance,
            Equity = state.Account.Equity, FreeMargin = state.Account.FreeMargin, Positions = [.. state.Positions.Select(Of)],
            Orders = [.. state.Orders.Select(Of)], Symbols = [new AgentSymbol { Symbol = Book.Symbol, TickSize = 0.00001m, ContractSize =
                Book.Contract, MinQuantity = 0.01m, MaxQuantity = 50, QuantityStep = 0.01m, Bid = bid, Ask = ask, SeenAt = now }],
        });
    }

    public Task<AgentAnswer> SendAsync(AgentCommand command, CancellationToken ct)
    {
        var now = DateTimeOffset.UtcNow;
        var record = records.GetOrAdd(command.Id, _ => new AgentCommandRecord
        {
            Command = command, CreatedAt = now, ExpiresAt = now + command.ValidFor, DeliveredAt = now, Result = Run(command)
        });
        return Task.FromResult<AgentAnswer>(new AgentAnswer.Answered(record.Result!)); // it was run here
    }

    public Task<AgentCommandRecord?> FindAsync(string id, CancellationToken ct) => Task.FromResult(records.GetValueOrDefault(id));

    public Task<IReadOnlyList<AgentCommandRecord>> FindByMagicAsync(IReadOnlyCollection<long> magics, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<AgentCommandRecord>>([.. records.Values.Where(
            record => record.Command.Verb == "open" && magics.Contains(record.Command.Magic))]);

    private AgentResult Run(AgentCommand command)
    {
        try
        {
            var order = command.Verb switch
            {
                "open" => book.Place(
                    command.Id, command.Symbol, command.Side is Side.Buy ? "buy" : "sell", command.Type switch { OrderType.Limit => "limit",
                        OrderType.Stop => "stop", _ => "market" }, command.Quantity, command.Price, command.StopLoss, command.TakeProfit),
                "close" => book.Close(command.Ticket, command.Id, command.Quantity),
                _ => book.Cancel(command.Ticket),
            };
            // In a terminal a filled order goes by the ticket of its position.
            return new AgentResult
            {
                Id = command.Id, Status = "done", Ticket = command.Verb == "open" ? order.PositionId ?? order.Id : order.Id,
                Price = order.AveragePrice, Quantity = order.Filled > 0 ? order.Filled : null, Profit = order.Profit
            };
        }
        catch (RefusedException e)
        {
            return new AgentResult { Id = command.Id, Status = "rejected", Code = Codes.GetValueOrDefault(e.Code), Message = e.Message };
        }
    }

    // The magic number is not kept in the book: the command has it.
    private long MagicOf(string? clientId) =>
        clientId is not null && records.TryGetValue(clientId, out var record) ? record.Command.Magic : 0;

    private AgentPosition Of(Position position) => new()
    {
        Ticket = position.Id, Symbol = position.Symbol, Side = SideOf(position.Side), Quantity = position.Quantity,
        OpenPrice = position.AveragePrice, OpenedAt = position.At, CurrentPrice = position.CurrentPrice, StopLoss = position.StopLoss,
        TakeProfit = position.TakeProfit, Profit = position.Profit, Magic = MagicOf(position.ClientId), Comment = position.ClientId ?? "",
    };

    private AgentOrder Of(Order order) => new()
    {
        Ticket = order.Id, Symbol = order.Symbol, Side = SideOf(order.Side),
        Type = order.Type == "limit" ? OrderType.Limit : OrderType.Stop, Quantity = order.Quantity - order.Filled, Price = order.Price ?? 0,
        StopLoss = order.StopLoss, TakeProfit = order.TakeProfit, Magic = MagicOf(order.ClientId), Comment = order.ClientId ?? "",
    };

    private static Side SideOf(string side) => side == "buy" ? Side.Buy : Side.Sell;
}
