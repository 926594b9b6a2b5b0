using System.Globalization;
using Npgsql;
using NpgsqlTypes;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Risk.Contracts;

namespace TradeFlow.Platform.Insights.Figures;

/// <summary>What trades are told apart by: an expression over insights.trades, and how what it gives is named.</summary>
/// <param name="Sql">Text; its own parameters begin at $7.</param>
internal sealed record KeyKind(string Sql, Func<string?, string?> NameOf, Action<NpgsqlParameterCollection> Bind)
{
    private const string Wall = "(exit_at at time zone 'UTC') + ($8::interval[])[width_bucket(exit_at, $7::timestamptz[])]";
    private static readonly string[] Weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public static KeyKind Column(string column) => new(column, name => name, _ => { });

    /// <summary>By the date of the trading day; which day an instant belongs to is reckoned here and not in the database.</summary>
    public static KeyKind Day(TradingDays days, DateTimeOffset first, DateTimeOffset last)
    {
        List<DateTimeOffset> begins = [];
        var date = days.DateOf(first);
        for (var day = date; begins.Count == 0 || begins[^1] <= last; day = day.AddDays(1)) begins.Add(days.Begin(day));
        return new KeyKind("width_bucket(exit_at, $7::timestamptz[])::text",
            bucket => date.AddDays(Number(bucket) - 1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            parameters => Times(parameters, begins));
    }

    public static KeyKind Hour(TradingDays days, DateTimeOffset first, DateTimeOffset last) =>
        new($"to_char({Wall}, 'HH24')", name => name, parameters => Clock(parameters, days, first, last));

    public static KeyKind Weekday(TradingDays days, DateTimeOffset first, DateTimeOffset last) =>
        new($"extract(dow from {Wall})::text", number => Weekdays[Number(number)], parameters => Clock(parameters, days, first, last));

    private static int Number(string? text) => int.Parse(text ?? "", CultureInfo.InvariantCulture);

    private static void Clock(NpgsqlParameterCollection parameters, TradingDays days, DateTimeOffset first, DateTimeOffset last)
    {
        var offsets = days.Offsets(first, last);
        Times(parameters, [.. offsets.Select(offset => offset.From)]);
        parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.Interval, offsets.Select(offset => offset.Offset).ToArray());
    }

    private static void Times(NpgsqlParameterCollection parameters, List<DateTimeOffset> times) =>
        parameters.Add(NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, times.Select(time => time.ToUniversalTime()).ToArray());
}
