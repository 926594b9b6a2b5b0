using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost;

/// <summary>
/// Real servers as processes of this machine, found or brought; or those that the environment names, where there are none.
/// </summary>
internal static class EmbeddedDataServers
{
    public static async Task<DataServers> AddAsync(IDistributedApplicationBuilder builder, DataFolder data, CancellationToken ct)
    {
        var redis = await AddRedisAsync(builder, data, ct);
        var (app, system) = (KeptRole.Add(builder, data, DatabaseRoles.App), KeptRole.Add(builder, data, DatabaseRoles.System));
        var server = new EmbeddedPostgres(
            Path.Combine(data.Root, "postgres"), data.Port("postgres"), KeptSecret.Value(builder, "postgres-password", data), kept: true,
            data.ToolFolders, builder.Configuration, Console.WriteLine);
        if (!await server.PrepareAsync(ct)) return Elsewhere(builder, app, system, redis);

        var owner = KeptRole.Add(builder, data, DatabaseRoles.Owner);
        var postgres = Add(builder, "postgres", server.Command(), server.Port, new ServerAnnotation(Signals.Int, server.Explain),
            server.MissingAsync)
            .OnBeforeResourceStarted((_, _, token) => server.ClearAsync(token))
            .OnResourceReady((_, _, token) =>
                DatabaseRoles.EnsureAsync(server.Superuser, DataServers.Database, owner.Role, [app.Role, system.Role], token));
        // The number, not "localhost": the server listens on IPv4 only, and a try of ::1 first costs a round trip per connection.
        return new DataServers(postgres, owner.At("127.0.0.1", server.Port), app.At("127.0.0.1", server.Port),
            system.At("127.0.0.1", server.Port), redis);
    }

    private static async Task<ReferenceExpression> AddRedisAsync(
        IDistributedApplicationBuilder builder, DataFolder data, CancellationToken ct)
    {
        var port = data.Port("redis");
        var server = new EmbeddedRedis(Path.Combine(data.Root, "redis"), port, KeptSecret.Value(builder, "redis-password", data),
            kept: true, data.ToolFolders, builder.Configuration, Console.WriteLine);
        if (!await server.PrepareAsync(ct))
        {
            var elsewhere = builder.Configuration.GetConnectionString("redis") ?? throw new StartException(
                "There is no Redis on this machine and none could be brought: install redis-server (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis), "
                + "or name its program with TRADEFLOW_REDIS_BIN, or give the address of a running one with ConnectionStrings__redis=host:port.");
            return ReferenceExpression.Create($"{elsewhere}");
        }

        Add(builder, "redis", server.Command(), port, new ServerAnnotation(Signals.Term, server.Explain), server.MissingAsync);
        return ReferenceExpression.Create($"127.0.0.1:{$"{port}"},password={builder.AddKeptSecret("redis-password", data)}");
    }

    private static IResourceBuilder<ExecutableResource> Add(
        IDistributedApplicationBuilder builder, string name, ServerCommand command, int port, ServerAnnotation server,
        Func<CancellationToken, Task<string?>> missing)
    {
        var check = name + "-answers";
        builder.Services.AddHealthChecks().AddAsyncCheck(check,
            async ct => await missing(ct) is { } what ? HealthCheckResult.Unhealthy(what) : HealthCheckResult.Healthy());
        var resource = builder.AddExecutable(name, command.Program, command.Folder, [.. command.Arguments])
            .WithEndpoint(port: port, targetPort: port, scheme: "tcp", name: "tcp", isProxied: false)
            .WithAnnotation(server)
            .WithAnnotation(new KeepRunningAnnotation())
            .WithHealthCheck(check);
        foreach (var (variable, value) in command.Environment) resource.WithEnvironment(variable, value);
        return resource;
    }

    private static DataServers Elsewhere(IDistributedApplicationBuilder builder, KeptRole app, KeptRole system, ReferenceExpression redis)
    {
        var owner = builder.Configuration.GetConnectionString(DataServers.Database) ?? throw new StartException(
            "There is no PostgreSQL on this machine and none could be brought: install PostgreSQL 15 or newer, or name the folder of its programs with TRADEFLOW_PG_BIN, "
            + $"or give the address of a running one with ConnectionStrings__{DataServers.Database}: the migrations log in with it, make the two roles of the programs, and nobody else gets it.");
        return new DataServers(null, ReferenceExpression.Create($"{owner}"), As(app), As(system), redis);

        ReferenceExpression As(KeptRole role)
        {
            var same = new NpgsqlConnectionStringBuilder(owner) { Username = role.Name };
            same.Remove("Password");
            return ReferenceExpression.Create($"{same.ConnectionString};Password={role.Parameter}");
        }
    }
}
