using System.Text.Json.Serialization.Metadata;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Topstep.Http;

/// <summary>
/// The endpoints for one account, named after the documents. A 401 is the only answer after which a request goes out again: it proves that
/// the first was turned away before it was processed.
/// </summary>
internal sealed class GatewayCalls(Gateway gateway, Login login, IConnectorContext context, int accountId)
{
    public async Task<IReadOnlyList<WireAccount>> AccountsAsync(RequestClass by, CancellationToken ct) =>
        (await QueryAsync("api/Account/search", new AccountSearchBody(OnlyActiveAccounts: false), RequestJson.Default.AccountSearchBody,
            by, ct)).Accounts ?? throw Missing("accounts");

    public async Task<IReadOnlyList<WireContract>> AvailableContractsAsync(CancellationToken ct) =>
        (await QueryAsync("api/Contract/available", new AvailableBody(), RequestJson.Default.AvailableBody, RequestClass.Query, ct))
            .Contracts ?? throw Missing("contracts");

    /// <summary>At most 20.</summary>
    public async Task<IReadOnlyList<WireContract>> SearchContractsAsync(string text, CancellationToken ct) =>
        (await QueryAsync("api/Contract/search", new ContractSearchBody(text), RequestJson.Default.ContractSearchBody, RequestClass.Query,
            ct)).Contracts ?? throw Missing("contracts");

    public async Task<WireContract?> ContractAsync(string id, CancellationToken ct) =>
        await AnswerAsync("api/Contract/searchById", new ContractBody(id), RequestJson.Default.ContractBody, RequestClass.Query, ct) switch
        {
            Answer.Ok { Body.Contract: { } contract } => contract,
            Answer.Ok or Answer.Refused { Code: 1 } => null,
            var other => throw Failures.Of(other),
        };

    public async Task<IReadOnlyList<WireOrder>> OpenOrdersAsync(RequestClass by, CancellationToken ct) =>
        (await QueryAsync("api/Order/searchOpen", new AccountBody(accountId), RequestJson.Default.AccountBody, by, ct)).Orders
            ?? throw Missing("orders");

    /// <summary>Open and closed orders made since.</summary>
    public async Task<IReadOnlyList<WireOrder>> OrdersAsync(DateTimeOffset since, RequestClass by, CancellationToken ct) =>
        (await QueryAsync("api/Order/search", new HistoryBody(accountId, since.ToUniversalTime()), RequestJson.Default.HistoryBody, by,
            ct)).Orders ?? throw Missing("orders");

    public async Task<IReadOnlyList<WirePosition>> PositionsAsync(RequestClass by, CancellationToken ct) =>
        (await QueryAsync("api/Position/searchOpen", new AccountBody(accountId), RequestJson.Default.AccountBody, by, ct)).Positions
            ?? throw Missing("positions");

    public async Task<IReadOnlyList<WireTrade>> TradesAsync(DateTimeOffset since, RequestClass by, CancellationToken ct) =>
        (await QueryAsync("api/Trade/search", new HistoryBody(accountId, since.ToUniversalTime()), RequestJson.Default.HistoryBody, by,
            ct)).Trades ?? throw Missing("trades");

    /// <summary>The newest minute bar, for a price where the market hub gives none.</summary>
    public async Task<WireBar?> LastBarAsync(string contractId, DateTimeOffset now, CancellationToken ct)
    {
        var body = new BarsBody(contractId, (now - TimeSpan.FromDays(4)).ToUniversalTime(), now.ToUniversalTime(), Unit: 2, UnitNumber: 1,
            Limit: 1, IncludePartialBar: true);
        return await AnswerAsync("api/History/retrieveBars", body, RequestJson.Default.BarsBody, RequestClass.Quote, ct) switch
        {
            Answer.Ok ok => ok.Body.Bars?.MaxBy(bar => bar.T),
            Answer.Refused { Code: 1 } => null,
            var other => throw Failures.Of(other),
        };
    }

    public Task<Answer> PlaceAsync(PlaceBody body, CancellationToken ct) =>
        CommandAsync("api/Order/place", body, RequestJson.Default.PlaceBody, RequestClass.Order, ct);

    public Task<Answer> ModifyAsync(ModifyBody body, CancellationToken ct) =>
        CommandAsync("api/Order/modify", body, RequestJson.Default.ModifyBody, RequestClass.Order, ct);

    /// <summary>
    /// Makes a leg smaller. That takes away like a cancel, so it counts as one, and the stream may do it beside all commands.
    /// </summary>
    /// <param name="size">What is left of it, with what has been filled.</param>
    public Task<Answer> ShrinkAsync(long orderId, int size, CancellationToken ct) => CommandAsync(
        "api/Order/modify", new ModifyBody(accountId, orderId, size, null, null), RequestJson.Default.ModifyBody, RequestClass.Cancel, ct);

    public Task<Answer> CancelAsync(long orderId, CancellationToken ct) =>
        CommandAsync("api/Order/cancel", new OrderBody(accountId, orderId), RequestJson.Default.OrderBody, RequestClass.Cancel, ct);

    /// <param name="size">Contracts; null closes all of the contract's position.</param>
    public Task<Answer> CloseAsync(string contractId, int? size, CancellationToken ct) =>
        CommandAsync(size is null ? "api/Position/closeContract" : "api/Position/partialCloseContract",
            new CloseBody(accountId, contractId, size), RequestJson.Default.CloseBody, RequestClass.Cancel, ct);

    private async Task<Envelope> QueryAsync<T>(string path, T body, JsonTypeInfo<T> type, RequestClass by, CancellationToken ct) =>
        await AnswerAsync(path, body, type, by, ct) is var answer && answer is Answer.Ok ok ? ok.Body : throw Failures.Of(answer);

    private async Task<Answer> AnswerAsync<T>(string path, T body, JsonTypeInfo<T> type, RequestClass requestClass, CancellationToken ct)
    {
        var token = await login.TokenAsync(context, ct);
        var answer = await gateway.QueryAsync(path, body, type, token, requestClass, ct);
        return answer is Answer.Unauthorized
            ? await gateway.QueryAsync(path, body, type, await login.RenewAsync(token, context, ct), requestClass, ct) : answer;
    }

    /// <exception cref="RequestNotSentException">Proven: nothing was processed.</exception>
    private async Task<Answer> CommandAsync<T>(string path, T body, JsonTypeInfo<T> type, RequestClass requestClass, CancellationToken ct)
    {
        var token = await TokenAsync(null, ct);
        var answer = await gateway.SendOnceAsync(path, body, type, token, requestClass, ct);
        return answer is Answer.Unauthorized
            ? await gateway.SendOnceAsync(path, body, type, await TokenAsync(token, ct), requestClass, ct) : answer;
    }

    private async Task<string> TokenAsync(string? refused, CancellationToken ct)
    {
        try
        {
            return refused is null ? await login.TokenAsync(context, ct) : await login.RenewAsync(refused, context, ct);
        }
        catch (ConnectorException e)
        {
            throw new RequestNotSentException(e.Message, e);
        }
    }

    // "No answer" is not "nothing there".
    private static ConnectorException Missing(string list) => new(ConnectorErrorKind.Protocol, $"Topstep's answer has no list of {list}.");
}
