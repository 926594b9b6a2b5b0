using System.Globalization;
using Npgsql;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Insights.Figures;

/// <summary>What every list and figure of Analytics can be narrowed by, as it stands in the address.</summary>
internal sealed class TradeQuery
{
    /// <summary>The first trading day, such as <c>2026-11-29</c>.</summary>
    public string? from { get; init; }

    /// <summary>The last trading day; it is within.</summary>
    public string? to { get; init; }
    public string? account_id { get; init; }
    public string? broker { get; init; }
    public string? symbol { get; init; }
    public string? strategy { get; init; }
}

/// <summary>The same, checked.</summary>
internal sealed record TradeFilter(DateOnly? From, DateOnly? To, Guid? Account, string? Broker, string? Symbol, string? Strategy)
{
    /// <summary>A condition on insights.trades by the parameters that <see cref="Bind"/> adds: $1 to $6.</summary>
    public const string Sql = """
        exit_at >= coalesce($1, '-infinity') and exit_at < coalesce($2, 'infinity') and ($3::uuid is null or account_id = $3)
        and ($4::text is null or broker = $4) and ($5::text is null or symbol = $5) and ($6::text is null or strategy = $6)
        """;

    private const string Day = "yyyy-MM-dd";

    /// <summary>Either the filter or what is wrong by field.</summary>
    public static (TradeFilter Filter, Dictionary<string, string[]> Errors) Read(TradeQuery query, PluginCatalogue brokers)
    {
        Dictionary<string, string[]> errors = [];
        var (from, to) = (DayOf("from", query.from, errors), DayOf("to", query.to, errors));
        if (from > to) errors["to"] = ["This is before from."];
        Guid? account = null;
        if (!string.IsNullOrEmpty(query.account_id))
        {
            if (Guid.TryParse(query.account_id, out var id)) account = id;
            else errors["account_id"] = ["This is not an id."];
        }
        var broker = Given(query.broker) is { } named ? brokers.Find(named.ToLowerInvariant())?.Slug ?? named : null;
        var symbol = Given(query.symbol) is { } written ? Symbols.Canonical(written) : null;
        return (new TradeFilter(from, to, account, broker, symbol, Given(query.strategy)), errors);
    }

    public void Bind(NpgsqlParameterCollection parameters, TradingDays days)
    {
        parameters.AddTime(From is { } first ? days.Begin(first) : null);
        parameters.AddTime(To is { } last ? days.Begin(last.AddDays(1)) : null);
        parameters.AddId(Account);
        parameters.AddText(Broker);
        parameters.AddText(Symbol);
        parameters.AddText(Strategy);
    }

    private static DateOnly? DayOf(string field, string? text, Dictionary<string, string[]> errors)
    {
        if (string.IsNullOrEmpty(text)) return null;
        // Within what a time in the database can be, a day to both sides.
        if (DateOnly.TryParseExact(text, Day, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is > 1900 and < 9000) return day;
        errors[field] = ["Use a day, such as 2026-11-29."];
        return null;
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) || text.Contains('\0') ? null : text;
}
