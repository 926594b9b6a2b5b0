using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Orders;

namespace TradeFlow.Platform.Trading.Endpoints;

/// <summary>A person has looked at the broker and says whether an order that could not be settled exists there.</summary>
internal static class ResolveOrderEndpoint
{
    internal sealed record Request(bool? Exists);

    internal static async Task<Results<Ok<OrderView>, ProblemHttpResult>> Handle(
        Guid id, Request request, TenantContext tenant, TenantDb db, TradingReads reads, AuditLog audit, LaneCalls lanes,
        CancellationToken ct)
    {
        if (request.Exists is not { } exists)
            return Problem.Invalid("exists", "Say true when the broker has the order, false when it has not.");
        if (await reads.OrderAsync(tenant.Wall, new OrderId(id), ct) is not { } order) return Problem.NotFound();
        if (order is not { Status: OrderRow.Unknown, NeedsReview: true })
            return Problem.Of(StatusCodes.Status409Conflict, "order.not_in_review", "The order does not wait for a person.");
        // A market order that exists was executed; one with a price may still rest, and is followed from here.
        var filled = exists && order.Type == "MARKET";
        await db.RunSqlAsync(async connection =>
        {
            await using var command = new NpgsqlCommand(
                "select trading.settle_order($1, $2, $3, $4, null, null, $5, null, null, null, $6, 'resolved_by_person', null)",
                connection);
            command.Parameters.AddWithValue(id);
            command.Parameters.AddWithValue(filled ? OrderRow.Filled : exists ? OrderRow.Working : OrderRow.Rejected);
            command.Parameters.AddText(exists ? null : OrderCodes.NotPlaced);
            command.Parameters.AddText(exists ? null : "A person has looked: the broker does not have it.");
            command.Parameters.AddNumber(filled ? order.Qty : null);
            command.Parameters.AddWithValue(exists);
            await command.ExecuteNonQueryAsync(ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "order.resolved", id.ToString(),
                exists ? """{"exists":true}""" : """{"exists":false}""", connection, ct);
            return true;
        }, ct);
        // Entries of the symbol may have waited for this.
        lanes.Ring(new AccountId(order.AccountId));
        return await reads.OrderAsync(tenant.Wall, new OrderId(id), ct) is { } now ? TypedResults.Ok(now) : Problem.NotFound();
    }
}
