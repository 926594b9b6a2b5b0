using System.Globalization;
using System.Text.Json;
using Npgsql;
using TradeFlow.Benchmarks.Running;

namespace TradeFlow.Benchmarks.Load;

/// <summary>Whether all that was answered is one order each, here and at the broker.</summary>
/// <param name="AtBroker">Orders that the stand-in was sent; its own count.</param>
internal sealed record Ledger(string System, long Answered, long Recorded, long Filled, long? AtBroker, long? Doubled)
{
    public bool IsRight => Recorded == Filled && Answered == Filled && (AtBroker ?? Filled) == Filled && Doubled is null or 0;

    public string Words => string.Create(CultureInfo.InvariantCulture,
        $"{System}: answered {Answered}, recorded {Recorded}, filled {Filled}, at the broker {AtBroker?.ToString(CultureInfo.InvariantCulture) ?? "–"}, doubled {Doubled ?? 0}: {(IsRight ? "right" : "WRONG")}");

    public static async Task<Ledger> ReadAsync(Servers servers, string database, string system, long answered, Uri? broker)
    {
        await using var pool = NpgsqlDataSource.Create(servers.Connection(database));
        for (var tries = 0; tries < 100 && await CountAsync(pool, "status in ('PENDING', 'SENDING', 'UNKNOWN')") > 0; tries++)
            await Task.Delay(200);
        var (recorded, filled) = (await CountAsync(pool, "seq > 0"), await CountAsync(pool, "seq > 0 and status = 'FILLED'"));
        if (broker is null) return new Ledger(system, answered, recorded, filled, null, null);
        using var http = new HttpClient();
        var told = JsonElement.Parse(await http.GetStringAsync(new Uri(broker, "/ledger")));
        return new Ledger(system, answered, recorded, filled, told.GetProperty("orders").GetInt64(),
            told.GetProperty("doubled").GetInt64());
    }

    public static async Task<int> OpenPositionsAsync(Servers servers, string database)
    {
        await using var pool = NpgsqlDataSource.Create(servers.Connection(database));
        await using var command = pool.CreateCommand("select count(*) from trading.positions where status = 'OPEN'");
        return (int)(long)(await command.ExecuteScalarAsync())!; // a count is never null
    }

    private static async Task<long> CountAsync(NpgsqlDataSource pool, string condition)
    {
        await using var command = pool.CreateCommand($"select count(*) from trading.orders where {condition}");
        return (long)(await command.ExecuteScalarAsync())!; // a count is never null
    }
}
