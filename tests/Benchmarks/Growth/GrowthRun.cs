using System.Diagnostics;
using System.Globalization;
using System.Text;
using Npgsql;
using TradeFlow.Benchmarks.Running;
using TradeFlow.Platform.Alerts.Log;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Trading.Contracts;
using TradeFlow.Platform.Trading.Orders;
using TradeFlow.Tests.Shared;

namespace TradeFlow.Benchmarks.Growth;

/// <summary>
/// What a tenant's lists and the counts of the rules take when there is more and more history: the same statements, by the role that runs
/// them.
/// </summary>
internal sealed class GrowthRun(Servers servers)
{
    private const string Database = "growth";
    private const int Times = 40;

    public const string Usage = "growth [--rows 10000,1000000] [--out artifacts/growth]";

    private static readonly (string Name, string Sql, Action<NpgsqlParameterCollection> Bind)[] Reads =
    [
        ("log, first page", LogReads.Sql(Log(null, null)), Page),
        ("log, status 500 (none)", LogReads.Sql(Log(500, null)), Page),
        ("log, 4xx (1 %)", LogReads.Sql(Log(null, 4)), Page),
        Orders("orders, first page", null, null),
        Orders("orders, REJECTED", "REJECTED", null),
        Orders("orders, UNKNOWN", "UNKNOWN", null),
        Orders("orders of a symbol (none)", null, "GBPJPY"),
        Count("trades_ever"), Count("trades_of_day"), Count("open_positions"), Count("loss_of_day"),
    ];

    public static async Task<int> RunAsync(string[] words)
    {
        var sizes = Word(words, "--rows", "10000,1000000").Split(',').Select(one => int.Parse(one, CultureInfo.InvariantCulture)).ToArray();
        await using var servers = await Servers.StartAsync(profile: false);
        var root = Product.Root();
        await Product.MigrateAsync(servers, Database, root);
        var table = await new GrowthRun(servers).MeasureAsync(sizes);
        var folder = Path.GetFullPath(Word(words, "--out", Path.Combine("artifacts", "growth")), root);
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "growth.md"), table);
        Console.WriteLine(table);
        return 0;
    }

    private async Task<string> MeasureAsync(int[] sizes)
    {
        await ExecuteAsync(MadeHistory.Settings);
        await ExecuteAsync(MadeHistory.Log);
        await ExecuteAsync(MadeHistory.Today);
        var columns = new List<double[]>();
        var have = 0;
        foreach (var size in sizes.Order())
        {
            var watch = Stopwatch.StartNew();
            await ExecuteAsync($"call made.history({have + 1}, {size}); select made.log({have + 1}, {size})");
            await ExecuteAsync("vacuum analyze");
            Console.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{size} rows of each are there ({watch.Elapsed.TotalSeconds:0} s)"));
            have = size;
            columns.Add(await TakeAsync());
        }
        var text = new StringBuilder($"p50 in ms of {Times} runs, one tenant with ten twelfths of the rows\n\n| read | ");
        text.AppendJoin(" | ", sizes.Order().Select(size => size.ToString("N0", CultureInfo.InvariantCulture)))
            .Append(" | last to first |\n| --- |");
        foreach (var _ in columns) text.Append(" --: |");
        text.Append(" --: |\n");
        for (var at = 0; at < Reads.Length; at++)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {Reads[at].Name} |");
            foreach (var column in columns) text.Append(CultureInfo.InvariantCulture, $" {column[at]:0.00} |");
            text.Append(CultureInfo.InvariantCulture, $" {columns[^1][at] / columns[0][at]:0.00} |\n");
        }
        return text.ToString();
    }

    private async Task<double[]> TakeAsync()
    {
        // As the Api and the Worker come: behind the wall, with statements that stay prepared.
        var builder = new NpgsqlConnectionStringBuilder(
            servers.Connection(Database)) { Pooling = false, MaxAutoPrepare = 64, AutoPrepareMinUsages = 2 };
        await using var connection = new NpgsqlConnection(builder.ConnectionString);
        await connection.OpenAsync();
        var taken = new double[Reads.Length];
        for (var at = 0; at < Reads.Length; at++) taken[at] = await MedianAsync(connection, Reads[at].Sql, Reads[at].Bind);
        return taken;
    }

    private static async Task<double> MedianAsync(NpgsqlConnection connection, string sql, Action<NpgsqlParameterCollection> bind)
    {
        var times = new double[Times];
        for (var time = 0; time < Times; time++)
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await using (var role = new NpgsqlCommand(
                $"set local role {Platform.Kernel.Database.AppRole}; select set_config('app.tenant', '{MadeHistory.Trader}', true)",
                connection))
                await role.ExecuteNonQueryAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            bind(command.Parameters);
            var started = Stopwatch.GetTimestamp();
            await using (var rows = await command.ExecuteReaderAsync())
                while (await rows.ReadAsync()) { }
            times[time] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            await transaction.CommitAsync();
        }
        return times.Order().ElementAt(Times / 2);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(servers.Connection(Database));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 7200 };
        await command.ExecuteNonQueryAsync();
    }

    private static LogFilter Log(int? status, int? hundreds) => new(null, status, hundreds, null, null, null, 50);

    private static void Page(NpgsqlParameterCollection parameters) => parameters.AddWithValue(50);

    private static (string, string, Action<NpgsqlParameterCollection>) Orders(string name, string? status, string? symbol)
    {
        var filter = new OrderFilter(null, status, symbol, 50, null);
        return (name, OrderList.Sql(filter), parameters => OrderList.Add(parameters, filter));
    }

    private static (string, string, Action<NpgsqlParameterCollection>) Count(string measure) =>
        ($"count of {measure}", "select risk.measure($1, $2, now() - interval '12 hours', 'USD')", parameters =>
        {
            parameters.AddWithValue(measure);
            parameters.AddWithValue(MadeHistory.Trader);
        });

    private static string Word(string[] words, string name, string otherwise) =>
        Array.IndexOf(words, name) is var at and >= 0 && at + 1 < words.Length ? words[at + 1] : otherwise;
}
