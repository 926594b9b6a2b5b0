using Npgsql;
using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost;

/// <summary>The same servers in containers (<c>Servers=container</c>), where Docker or Podman runs.</summary>
internal static class ContainerDataServers
{
    public static DataServers Add(IDistributedApplicationBuilder builder, DataFolder data)
    {
        var redisPassword = builder.AddKeptSecret("redis-password", data);
        var redis = builder.AddRedis("redis", password: redisPassword).WithDataVolume().WithPersistence().WithoutHttpsCertificate();
        var (app, system, owner) = (KeptRole.Add(builder, data, DatabaseRoles.App), KeptRole.Add(builder, data, DatabaseRoles.System),
            KeptRole.Add(builder, data, DatabaseRoles.Owner));
        var postgres = builder.AddPostgres("postgres", password: builder.AddKeptSecret("postgres-password", data)).WithDataVolume();
        postgres.OnResourceReady(async (server, _, ct) =>
        {
            var superuser = await server.ConnectionStringExpression.GetValueAsync(ct);
            await DatabaseRoles.EnsureAsync(
                database => new NpgsqlConnectionStringBuilder(superuser) { Database = database, Pooling = false }.ConnectionString,
                DataServers.Database, owner.Role, [app.Role, system.Role], ct);
        });
        var endpoint = postgres.Resource.PrimaryEndpoint;
        var redisEndpoint = redis.Resource.PrimaryEndpoint;
        return new DataServers(
            postgres, owner.At(endpoint), app.At(endpoint), system.At(endpoint),
            ReferenceExpression.Create($"{redisEndpoint.Property(EndpointProperty.Host)}:{redisEndpoint.Property(EndpointProperty.Port)},password={redisPassword}"));
    }
}
