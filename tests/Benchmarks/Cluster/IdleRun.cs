using System.Diagnostics;
using System.Globalization;
using Npgsql;
using TradeFlow.Benchmarks.Load;
using TradeFlow.Benchmarks.Running;
using TradeFlow.Platform.Accounts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Benchmarks.Cluster;

/// <summary>Accounts that are connected and do nothing: what they cost, and what is written all the same.</summary>
internal sealed class IdleRun(ClusterOptions options, ClusterReport report, Servers servers, Uri standIn, string broker)
{
    private const int Connected = 20;
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private readonly string name = $"idle_{broker}";

    public async Task RunAsync()
    {
        await using var product = await Product.StartAsync(servers, name, Product.Root(), standIn);
        await using var second =
            await product.StartWorkerAsync("Worker 2", new Dictionary<string, string> { ["Brokers__bench__ApiUrl"] = standIn.ToString() });
        await new Population(product, broker, Connected, Connected, 0).MakeAsync(servers.Connection(name), Say);
        await using var database = NpgsqlDataSource.Create(servers.Connection(name));
        await using var host = Host();
        foreach (var count in options.Idle)
        {
            await CopyAsync(database, host.Services.GetRequiredService<SecretBox>(), count);
            await UntilAllRunAsync(database, count);
            // Log-ins, first readings and what follows from them are over by then.
            await Task.Delay(TimeSpan.FromSeconds(Math.Max(10, count / 1000)));
            await MeasureAsync(product, second, count);
        }
    }

    private async Task MeasureAsync(Product product, Child second, int count)
    {
        Child[] parts = [product.Api, product.Worker, second, servers.Postgres, servers.Redis];
        await using var others = new Others(() => parts);
        if (options.Profile) await Profile.ResetAsync(servers, name);
        var rest = await AtRest.MeasureAsync(servers, name, parts, name, count, 0, options.Rest);
        if (options.Profile) await Profile.WriteAsync(servers, name,
            Path.Combine(Path.GetFullPath(options.Out, Product.Root()), count.ToString(CultureInfo.InvariantCulture)));
        var part = $"idle, {count} on {broker}";
        var cores =
            string.Join(", ", rest.Cores.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Key} {one.Value * 100:0.0}")));
        var most = count >= 10_000 ? 5 : 2;
        Show(part, $"{rest.CoresInAll * 100:0.0} % of a core ({cores})", $"≤ {most} %", rest.CoresInAll * 100 <= most);
        Show(part, string.Create(CultureInfo.InvariantCulture,
            $"{rest.Counts.RowWrites * 60 / options.Rest:0} rows, {rest.Counts.Commits * 60 / options.Rest:0} commits, {rest.Counts.Transactions * 60 / options.Rest:0} transactions a minute"),
            "0 rows", rest.Counts.RowWrites == 0);
        report.Note(string.Create(CultureInfo.InvariantCulture,
            $"{part}: Worker {product.Worker.MegaBytes:0} MB, Worker 2 {second.MegaBytes:0} MB, Api {product.Api.MegaBytes:0} MB."));

        void Show(string what, string measured, string target, bool holds)
        {
            report.Add(new Shown(what, "at rest", measured, target, holds, false, others.Cores));
            Say($"{what}: {measured}{(holds ? "" : " missed")}");
        }
    }

    // Accounts like those that are connected, with log-ins of their own.
    private static async Task CopyAsync(NpgsqlDataSource database, SecretBox box, int count)
    {
        List<(Guid Id, Guid Tenant)> made = [];
        await using var connection = await database.OpenConnectionAsync();
        // A Worker that sees an account finds its log-in too.
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var copy = new NpgsqlCommand("""
            with models as (select * from accounts.accounts where status <> 'pending' order by created_at, id limit $2),
            known as (select *, row_number() over (order by created_at, id) as place, count(*) over () as known from models),
            wanted as (select n from generate_series(1, $1 - (select count(*) from accounts.accounts)) n)
            insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status, balance, equity, last_sync)
            select gen_random_uuid(), k.tenant_id, k.user_id, k.broker, k.name, k.mode, replace(gen_random_uuid()::text, '-', ''), k.currency, k.status,
                   k.balance, k.equity, k.last_sync
            from wanted join known k on k.place = n % k.known + 1 returning id, tenant_id
            """, connection, transaction))
        {
            copy.Parameters.AddWithValue((long)count);
            copy.Parameters.AddWithValue(Connected);
            await using var rows = await copy.ExecuteReaderAsync();
            while (await rows.ReadAsync()) made.Add((rows.GetGuid(0), rows.GetGuid(1)));
        }
        await using var secrets = await connection.BeginBinaryImportAsync(
            "copy accounts.account_secrets (account_id, tenant_id, sealed) from stdin (format binary)");
        foreach (var (id, tenant) in made)
        {
            await secrets.StartRowAsync();
            await secrets.WriteAsync(id);
            await secrets.WriteAsync(tenant);
            await secrets.WriteAsync(Credentials.Seal(box, new Dictionary<string, string>(), new TenantId(tenant), new AccountId(id)));
        }
        await secrets.CompleteAsync();
        await secrets.DisposeAsync();
        await transaction.CommitAsync();
    }

    private async Task UntilAllRunAsync(NpgsqlDataSource database, int count)
    {
        var since = Stopwatch.StartNew();
        for (long held = 0; held < count;)
        {
            if (since.Elapsed > TimeSpan.FromMinutes(3)) throw new InvalidOperationException($"{held} of {count} lanes have begun.");
            await Task.Delay(500);
            await using var command = database.CreateCommand("select count(*) from trading.lanes where holder is not null");
            held = (long)(await command.ExecuteScalarAsync())!; // a count is never null
        }
        await using var analyze = database.CreateCommand("vacuum analyze");
        await analyze.ExecuteNonQueryAsync();
        Say($"{count} lanes on {broker} run after {since.Elapsed.TotalSeconds:0.0} s");
    }

    // The keys of the system, to seal what its Workers open.
    private WebApplication Host()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(servers.AddressesOf(name).Append(new("Secrets__MasterKey", Product.MasterKey))
            .Select(one => new KeyValuePair<string, string?>(one.Key.Replace("__", ":", StringComparison.Ordinal), one.Value)));
        builder.AddKernel();
        return builder.Build();
    }

    private void Say(string words) => Console.WriteLine($"[{watch.Elapsed:mm\\:ss}] {words}");
}
