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
        var order = found.View.OrderId is { } orderId ? await trading.OrderAsync(tenant.Tenant, new OrderId(orderId), ct) : null;
        return TypedResults.Ok(new LogDetail(found.View) { Order = order, Checks = found.Checks });
    }
}
