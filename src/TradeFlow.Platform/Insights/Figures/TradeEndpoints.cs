using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Insights.Figures;

/// <summary>The list of trades, and what people write beside them.</summary>
internal static class TradeEndpoints
{
    private const int LongestNote = 4_000;
    private const int MostTags = 20;
    private const int LongestTag = 40;

    internal static async Task<Results<Ok<Page<TradeView>>, ProblemHttpResult>> List(
        [AsParameters] TradeQuery query, TenantContext tenant, TenantDb db, PluginCatalogue brokers, TimeProvider clock,
        CancellationToken ct, int limit = Paging.Default, string? cursor = null)
    {
        var (filter, errors) = TradeFilter.Read(query, brokers);
        var page = new ListQuery(limit, cursor, errors);
        if (page.Fault is { } fault) return fault;
        return TypedResults.Ok(await db.RunSqlAsync(async connection =>
        {
            var days = await TradingDays.OfAsync(tenant.Tenant, clock.GetUtcNow(), connection, ct);
            return await TradeReads.PageAsync(filter, page.Size, page.Before, days, connection, ct);
        }, ct));
    }

    internal static async Task<Results<Ok<TradeView>, ProblemHttpResult>> Write(
        Guid id, JsonElement body, TenantDb db, CancellationToken ct)
    {
        var (note, tags, errors) = Read(body);
        if (errors.Count > 0) return Problem.Invalid(errors);
        var trade = await db.RunSqlAsync(async connection =>
        {
            await using var command = new NpgsqlCommand("""
                update insights.trades
                set note = case when $2 then $3 else note end, tags = case when $4 then $5 else tags end where id = $1
                """, connection);
            command.Parameters.AddWithValue(id);
            command.Parameters.AddWithValue(body.TryGetProperty("note", out _));
            command.Parameters.AddText(note);
            command.Parameters.AddWithValue(body.TryGetProperty("tags", out _));
            command.Parameters.AddWithValue(tags);
            await command.ExecuteNonQueryAsync(ct);
            return await TradeReads.FindAsync(id, connection, ct);
        }, ct);
        return trade is null ? Problem.NotFound() : TypedResults.Ok(trade);
    }

    private static (string? Note, string[] Tags, Dictionary<string, string[]> Errors) Read(JsonElement body)
    {
        Dictionary<string, string[]> errors = [];
        string? note = null;
        List<string> tags = [];
        if (body.ValueKind != JsonValueKind.Object)
        {
            errors["body"] = ["Send an object with note or tags."];
            return (null, [], errors);
        }
        if (body.TryGetProperty("note", out var written) && written.ValueKind != JsonValueKind.Null)
        {
            note = written.ValueKind == JsonValueKind.String ? written.GetString()?.Trim() : null;
            if (note is null || note.Length > LongestNote || note.Contains('\0'))
                errors["note"] = [$"Use a text of up to {LongestNote} characters."];
            else if (note.Length == 0) note = null;
        }
        if (body.TryGetProperty("tags", out var list) && list.ValueKind != JsonValueKind.Null)
        {
            foreach (var one in list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : default)
                tags.Add(one.ValueKind == JsonValueKind.String ? one.GetString()?.Trim() ?? "" : "");
            if (list.ValueKind != JsonValueKind.Array || tags.Count > MostTags
                || tags.Any(tag => tag.Length is 0 or > LongestTag || tag.Any(char.IsControl)))
                errors["tags"] = [$"Use up to {MostTags} words of up to {LongestTag} characters."];
        }
        return (note, [.. tags.Distinct(StringComparer.OrdinalIgnoreCase)], errors);
    }
}
