using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace TradeFlow.Benchmarks.Yardsticks;

/// <summary>
/// R: a plain service on Kestrel and Npgsql, in a process of its own. Checks, broker and rows of a signal are one transaction, in two round
/// trips and a commit. Its accounts are known by their number, so that its look-up of a key costs nothing.
/// </summary>
internal static class ReferenceServer
{
    public static async Task<int> RunAsync(string port, string database, string broker)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        await using var pool = new NpgsqlDataSourceBuilder(database)
        {
            ConnectionStringBuilder = { MaxPoolSize = 32, MaxAutoPrepare = 32, AutoPrepareMinUsages = 2, NoResetOnClose = true },
        }.Build();
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 256 }) { BaseAddress = new Uri(broker) };
        var accounts = await AccountsAsync(pool);
        var bare = "{\"success\":true}"u8.ToArray();

        app.MapGet("/health", () => Results.Ok());
        // Kestrel alone: reads the message and answers.
        app.MapPost("/bare/{n:int}", async (HttpContext context, int n) =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            context.Response.ContentLength = bare.Length;
            await context.Response.Body.WriteAsync(bare);
        });
        app.MapPost("/signal/{n:int}", async (HttpContext context, int n) =>
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body);
            var answer = await RunAsync(pool, http, accounts[n - 1], body.RootElement);
            context.Response.ContentLength = answer.Length;
            await context.Response.Body.WriteAsync(answer);
        });
        await app.RunAsync();
        return 0;
    }

    private static async Task<byte[]> RunAsync(NpgsqlDataSource pool, HttpClient http, (Guid Id, Guid Tenant) account, JsonElement signal)
    {
        var (webhook, order) = (Guid.CreateVersion7(), Guid.CreateVersion7());
        var text = signal.GetRawText();
        var key = "id:" + signal.GetProperty("id").GetString();
        var clientId = Convert.ToHexStringLower(order.ToByteArray())[..24];
        await using var connection = await pool.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var begin = new NpgsqlBatch(connection))
        {
            Add(begin, ReferenceSql.Check, account.Tenant);
            Add(begin, ReferenceSql.Begin, account.Id, key, account.Tenant, SHA256.HashData(Encoding.UTF8.GetBytes(text)), webhook, order);
            await using var counts = await begin.ExecuteReaderAsync();
            await counts.ReadAsync();
            if (counts.GetInt64(0) > 1_000_000 || counts.GetInt64(1) > 1_000_000
                || counts.GetDecimal(2) + counts.GetDecimal(3) < -1_000_000)
                return "{\"success\":false}"u8.ToArray();
        }
        var intent = signal.GetProperty("intent");
        using var content = new StringContent(
            $$"""{"account":"{{account.Id:N}}","id":"{{clientId}}","symbol":"EURUSD","side":"{{intent.GetProperty("side").GetString()}}","qty":0.01}""",
            Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync(new Uri("/orders", UriKind.Relative), content);
        using var told = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync());
        var number = told.RootElement.GetProperty("order").GetString()!;
        await using (var end = new NpgsqlBatch(connection))
        {
            Add(end, ReferenceSql.Order, order, account.Tenant, account.Id, webhook, clientId, number);
            Add(end, ReferenceSql.Event, account.Tenant, order);
            Add(end, ReferenceSql.Position, Guid.CreateVersion7(), account.Id, account.Tenant, order);
            Add(end, ReferenceSql.Counter, account.Tenant);
            Add(end, ReferenceSql.Log, webhook, account.Tenant, account.Id, text, order);
            await end.ExecuteNonQueryAsync();
        }
        await transaction.CommitAsync();
        return Encoding.UTF8.GetBytes(
            $$"""{"success":true,"order_id":"{{order}}","webhook_id":"{{webhook}}","status":"filled","broker_order_id":"{{number}}"}""");
    }

    private static void Add(NpgsqlBatch batch, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.AddWithValue(value);
        batch.BatchCommands.Add(command);
    }

    private static async Task<(Guid Id, Guid Tenant)[]> AccountsAsync(NpgsqlDataSource pool)
    {
        await using var command = pool.CreateCommand("select id, tenant_id from reference.accounts order by n");
        await using var rows = await command.ExecuteReaderAsync();
        List<(Guid, Guid)> all = [];
        while (await rows.ReadAsync()) all.Add((rows.GetGuid(0), rows.GetGuid(1)));
        return [.. all];
    }
}
