using Aspire.Hosting;
using Npgsql;

namespace TradeFlow.AppHost.Tests;

/// <summary>A PostgreSQL that keeps its data, in this process.</summary>
internal sealed class KeptServers(DistributedApplication app, string connection) : IAsyncDisposable
{
    internal string Connection => connection;

    internal static async Task<KeptServers> StartAsync(string folder)
    {
        var builder = DistributedApplication.CreateBuilder([$"--TRADEFLOW_DATA={folder}"]);
        var database = builder.AddPostgres("postgres").WithDataVolume().AddDatabase("tradeflow");
        var app = builder.Build();
        await app.StartAsync();
        return new KeptServers(app, (await database.Resource.GetConnectionStringAsync())!);
    }

    internal async Task<object?> ExecuteAsync(string sql)
    {
        await using var open = new NpgsqlConnection(connection + ";Pooling=false");
        await open.OpenAsync();
        await using var command = new NpgsqlCommand(sql, open);
        return await command.ExecuteScalarAsync();
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();
}
