using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Trading.Endpoints;

/// <summary>Reading orders and positions.</summary>
internal static class OrderEndpoints
{
    private static readonly string[] Statuses = ["PENDING", "WORKING", "FILLED", "PARTIALLY_FILLED", "CANCELED", "REJECTED", "UNKNOWN"];

    internal static async Task<Results<Ok<Page<OrderView>>, ProblemHttpResult>> List(
        TenantContext tenant, TradingReads reads, CancellationToken ct, string? account_id = null, string? status = null,
        string? symbol = null, int limit = Paging.Default, string? cursor = null)
    {
        var query = new ListQuery(limit, cursor);
        var account = query.Id(account_id, "account_id");
        status = query.OneOf(status?.ToUpperInvariant(), "status", Statuses);
        if (query.Fault is { } fault) return fault;
        return TypedResults.Ok(await reads.OrdersAsync(tenant.Wall,
            new OrderFilter(account is { } id ? new AccountId(id) : null, status, symbol, query.Size, query.Before), ct));
    }

    internal static async Task<Results<Ok<OrderView>, ProblemHttpResult>> Get(
        Guid id, TenantContext tenant, TradingReads reads, CancellationToken ct) =>
            await reads.OrderAsync(tenant.Wall, new OrderId(id), ct) is { } order ? TypedResults.Ok(order) : Problem.NotFound();

    internal static async Task<Results<Ok<IReadOnlyList<PositionView>>, ProblemHttpResult>> Positions(
        TenantContext tenant, TradingReads reads, PluginCatalogue brokers, CancellationToken ct, string? broker = null,
        string? account_id = null)
    {
        if (!TryAccount(account_id, out var account)) return Problem.Invalid("account_id", "This is not an id.");
        return TypedResults.Ok(await reads.PositionsAsync(tenant.Wall, account,
            broker is { Length: > 0 } ? brokers.Find(broker.ToLowerInvariant())?.Slug ?? broker : null, ct));
    }

    private static bool TryAccount(string? text, out AccountId? account)
    {
        account = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (!Guid.TryParse(text, out var id)) return false;
        account = new AccountId(id);
        return true;
    }
}
