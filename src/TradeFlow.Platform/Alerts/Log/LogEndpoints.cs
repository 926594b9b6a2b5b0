using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Log;

/// <summary>The log of a tenant's webhooks.</summary>
internal static class LogEndpoints
{
    internal static async Task<Results<Ok<Page<LogView>>, ProblemHttpResult>> List(
        LogReads log, CancellationToken ct, Guid? account_id = null, string? status = null, DateTimeOffset? from = null,
        DateTimeOffset? to = null, int? limit = null, string? cursor = null)
    {
        var query = new ListQuery(limit, cursor);
        var (exact, hundreds) = query.Status(status);
        if (query.Fault is { } fault) return fault;
        return query.Paged(await log.ListAsync(new LogFilter(account_id, exact, hundreds, from, to, query.Before, query.Size + 1), ct),
            row => (row.ReceivedAt, row.Id));
    }

    internal static async Task<Results<Ok<LogDetail>, ProblemHttpResult>> Get(
        Guid id, LogReads log, TradingReads trading, TenantContext tenant, CancellationToken ct)
    {
        if (await log.FindAsync(id, ct) is not { } found) return Problem.NotFound();
        if (found.View.OrderId is not { } orderId) return TypedResults.Ok(new LogDetail(found.View) { Checks = found.Checks });
        var order = new OrderId(orderId);
        var trail = await trading.TrailAsync(tenant.Wall, order, ct);
        return TypedResults.Ok(new LogDetail(found.View)
        {
            Order = await trading.OrderAsync(tenant.Wall, order, ct),
            Checks = found.Checks,
            Intent = trail?.Intent,
            Orders = trail?.Orders ?? [],
            Fills = trail?.Fills ?? [],
            Events = trail?.Events ?? [],
        });
    }
}
