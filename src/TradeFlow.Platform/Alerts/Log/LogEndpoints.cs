using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Alerts.Log;

/// <summary>The log of a tenant's webhooks.</summary>
internal static class LogEndpoints
{
    internal static async Task<Results<Ok<Page<LogView>>, ProblemHttpResult>> List(
        LogReads log, CancellationToken ct, Guid? account_id = null, string? status = null, DateTimeOffset? from = null, DateTimeOffset? to = null, int? limit = null, string? cursor = null)
    {
        Dictionary<string, string[]> errors = [];
        var size = limit ?? Paging.Default;
        if (size is < 1 or > Paging.Largest) errors["limit"] = [$"Use 1 to {Paging.Largest}."];
        int? exact = null, hundreds = null;
        if (status is [>= '1' and <= '5' and var first, 'x' or 'X', 'x' or 'X']) hundreds = first - '0';
        else if (int.TryParse(status, out var code)) exact = code;
        else if (!string.IsNullOrEmpty(status)) errors["status"] = ["Use an HTTP status such as 422, or 4xx."];
        var before = cursor is null ? null : TimeCursor.Read(cursor);
        if (cursor is not null && before is null) errors["cursor"] = ["Use next_cursor of the page before."];
        if (errors.Count > 0) return Problem.Invalid(errors);

        var rows = await log.ListAsync(new LogFilter(account_id, exact, hundreds, from, to, before, size + 1), ct);
        return TypedResults.Ok(rows.Count > size ? new Page<LogView>(rows[..size], TimeCursor.Of(rows[size - 1].ReceivedAt, rows[size - 1].Id)) : new Page<LogView>(rows, null));
    }

    internal static async Task<Results<Ok<LogDetail>, ProblemHttpResult>> Get(Guid id, LogReads log, TradingReads trading, TenantContext tenant, CancellationToken ct)
    {
        if (await log.FindAsync(id, ct) is not { } found) return Problem.NotFound();
        if (found.View.OrderId is not { } orderId) return TypedResults.Ok(new LogDetail(found.View) { Checks = found.Checks });
        var order = new OrderId(orderId);
        var trail = await trading.TrailAsync(tenant.Tenant, order, ct);
        return TypedResults.Ok(new LogDetail(found.View)
        {
            Order = await trading.OrderAsync(tenant.Tenant, order, ct),
            Checks = found.Checks,
            Intent = trail?.Intent,
            Orders = trail?.Orders ?? [],
            Fills = trail?.Fills ?? [],
            Events = trail?.Events ?? [],
        });
    }
}
