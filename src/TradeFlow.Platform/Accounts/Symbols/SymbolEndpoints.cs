using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Accounts.Reads;
using TradeFlow.Platform.Accounts.Settings;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Accounts.Symbols;

/// <summary>Reads and replaces the map of an account, and says what a symbol is at its broker.</summary>
internal static class SymbolEndpoints
{
    private const int MostRules = 200;
    private const decimal LargestFactor = 1000;

    internal sealed record Line(string? Symbol, string? Target, decimal? Factor = null);

    internal sealed record Request(IReadOnlyList<Line>? Items);

    internal sealed record Map(IReadOnlyList<SymbolRule> Items);

    /// <param name="Canonical">The symbol in the spelling that rules compare.</param>
    /// <param name="Mapped">What is asked of the broker.</param>
    /// <param name="Rule">The symbol of the line that said so; <c>null</c> when none did.</param>
    /// <param name="BrokerSymbol">The broker's own name; <c>null</c> when it has none: see <see cref="Problem"/>.</param>
    internal sealed record Preview(
        string Canonical, string Mapped, decimal Factor, string? Rule, string? BrokerSymbol, string? Description, decimal? TickSize,
        decimal? QuantityStep, decimal? MinQuantity, string? Problem, IReadOnlyList<string> Suggestions);

    internal static async Task<Results<Ok<Map>, ProblemHttpResult>> Get(
        Guid id, TenantContext tenant, AccountDirectory accounts, CancellationToken ct) =>
            await accounts.FindAsync(tenant, new AccountId(id), ct) is { } account
                ? TypedResults.Ok(new Map(account.Symbols.Rules)) : Kernel.Problem.NotFound();

    internal static async Task<Results<Ok<Map>, ProblemHttpResult>> Replace(
        Guid id, Request request, TenantContext tenant, TenantDb db, AccountDirectory accounts, KeyIndex index, RedisBus bus,
        AuditLog audit, CancellationToken ct)
    {
        var account = new AccountId(id);
        if (await accounts.FindAsync(tenant, account, ct) is null) return Kernel.Problem.NotFound();
        var (rules, errors) = Check(request.Items);
        if (errors.Count > 0) return Kernel.Problem.Invalid(errors);
        var replaced = await db.RunSqlAsync(async connection =>
        {
            // The account's row first: two people who save at once come one after the other.
            await using (var hold = new NpgsqlCommand(
                "select 1 from accounts.accounts where id = $1 and deleted_at is null for no key update", connection))
            {
                hold.Parameters.AddWithValue(id);
                if (await hold.ExecuteScalarAsync(ct) is null) return false;
            }
            await using var batch = new NpgsqlBatch(connection);
            batch.BatchCommands.Add(
                new NpgsqlBatchCommand("delete from accounts.symbol_map where account_id = $1") { Parameters = { new() { Value = id } } });
            foreach (var rule in rules)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(
                    "insert into accounts.symbol_map (account_id, tenant_id, symbol, target, factor) values ($1, $2, $3, $4, $5)")
                {
                    Parameters = { new() { Value = id }, new() { Value = tenant.Tenant.Value }, new() { Value = rule.Symbol }, new()
                    {
                        Value = rule.Target
                    }, new() { Value = rule.Factor } },
                });
            }
            await batch.ExecuteNonQueryAsync(ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "account.symbols_changed", id.ToString(),
                $$"""{"items":{{SymbolMapJson.Of(rules)}}}""", connection, ct);
            return true;
        }, ct);
        if (!replaced) return Kernel.Problem.NotFound();
        await AccountEndpoints.TellAsync(account, index, bus);
        return await Get(id, tenant, accounts, ct);
    }

    internal static async Task<Results<Ok<Preview>, ProblemHttpResult>> Resolve(
        Guid id, string symbol, TenantContext tenant, AccountDirectory accounts, InstrumentDirectory instruments, CancellationToken ct)
    {
        if (await accounts.FindAsync(tenant, new AccountId(id), ct) is not { } account) return Kernel.Problem.NotFound();
        if (!IsSymbol(symbol, SymbolText.Longest))
            return Kernel.Problem.Invalid("symbol", "Give a symbol such as EURUSD, NQ1! or BINANCE:BTCUSD.");
        var mapped = account.Symbols.Map(symbol);
        var preview = new Preview(Connectors.Contracts.Symbols.Canonical(symbol), mapped.Symbol, mapped.Factor, mapped.Rule?.Symbol, null,
            null, null, null, null, null, []);
        return TypedResults.Ok(await instruments.FindAsync(account.TenantId, account.AccountId, mapped.Symbol, ct) switch
        {
            InstrumentAnswer.Found { Instrument: var found } => preview with
            {
                BrokerSymbol = found.BrokerSymbol, Description = found.Description, TickSize = found.TickSize,
                QuantityStep = found.QuantityStep, MinQuantity = found.MinQuantity,
                Problem = found.IsTradable ? null : found.NotTradableReason ?? "It cannot be traded now.",
            },
            InstrumentAnswer.UnknownSymbol unknown => preview with { Problem = unknown.Problem.Words, Suggestions = unknown.Problem.Names },
            InstrumentAnswer.Unavailable away => preview with { Problem = away.Reason },
            _ => throw new System.Diagnostics.UnreachableException(),
        });
    }

    private static (List<SymbolRule> Rules, Dictionary<string, string[]> Errors) Check(IReadOnlyList<Line>? lines)
    {
        List<SymbolRule> rules = [];
        Dictionary<string, string[]> errors = [];
        if (lines is null) errors["items"] = ["Give the list of lines; an empty one removes them all."];
        else if (lines.Count > MostRules) errors["items"] = [$"At most {MostRules} lines."];
        if (errors.Count > 0) return (rules, errors);
        for (var i = 0; i < lines!.Count; i++) // a list that is missing has been told
        {
            var (line, at) = (lines[i], $"items[{i}]");
            var others = line.Symbol?.Trim() == SymbolMap.Others;
            if (!others && !IsSymbol(line.Symbol, SymbolText.Longest))
                errors[at + ".symbol"] = ["Give a symbol as alerts name it, such as NAS100 or NQ; * stands for all others."];
            if (line.Target is not { } target
                || !IsSymbol(others ? target.Replace("*", "X", StringComparison.Ordinal) : target, SymbolText.Longest))
                errors[at + ".target"] = ["Give the broker's symbol."];
            else if (others && target.Count(letter => letter == '*') != 1)
                errors[at + ".target"] = ["Beside * the target holds one *, such as *.r."];
            if (line.Factor is { } factor && (factor is <= 0 or > LargestFactor || decimal.Round(factor, 4) != factor))
                errors[at + ".factor"] = [$"Use a number above 0 and up to {LargestFactor}, with at most 4 decimals."];
            if (errors.Keys.Any(key => key.StartsWith(at + ".", StringComparison.Ordinal))) continue;
            var symbol = others ? SymbolMap.Others : Connectors.Contracts.Symbols.Canonical(line.Symbol!); // checked above
            if (rules.Any(rule => rule.Symbol == symbol)) errors[at + ".symbol"] = [$"{symbol} has a line already."];
            else rules.Add(new SymbolRule(symbol, line.Target!.Trim(), line.Factor ?? 1)); // checked above
        }
        return (rules, errors);
    }

    private static bool IsSymbol(string? text, int longest) =>
        text?.Trim() is { Length: > 0 } symbol && symbol.Length <= longest && SymbolText.FaultOf(symbol) is null;
}
