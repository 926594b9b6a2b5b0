using Npgsql;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Risk;

/// <summary>
/// A database in which one trader has done most of the trading for years, with others around, and something of everything that is counted
/// today. Ten thousand orders, positions and fills at first; <see cref="GrowAsync"/> makes a million.
/// </summary>
public sealed class LongHistory : IAsyncLifetime
{
    public const int Few = 10_000;
    public const int Many = 1_000_000;

    public static readonly Guid Trader = MadeHistory.Trader;

    private readonly PlatformFixture platform = new();

    public async ValueTask InitializeAsync()
    {
        await platform.InitializeAsync();
        await RunAsync(MadeHistory.Settings);
        await RunAsync(MadeHistory.Today);
        await RunAsync($"call made.history(1, {Few})");
        await RunAsync("analyze");
    }

    public async Task GrowAsync()
    {
        await RunAsync($"call made.history({Few + 1}, {Many})");
        // What autovacuum does some minutes later: statistics and pages that all can see.
        await RunAsync("vacuum analyze trading.orders, trading.positions, trading.fills");
    }

    public ValueTask DisposeAsync() => platform.DisposeAsync();

    public async Task<NpgsqlConnection> OpenOwnerAsync()
    {
        var connection = new NpgsqlConnection(platform.OwnerConnection + ";Pooling=false;No Reset On Close=true");
        await connection.OpenAsync();
        return connection;
    }

    public async Task RunAsync(string sql)
    {
        await using var connection = await OpenOwnerAsync();
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        await command.ExecuteNonQueryAsync();
    }
}
