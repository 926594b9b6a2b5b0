using System.Security.Cryptography;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Parameters, PostgreSQL and Redis.</summary>
public static class ServerVerbs
{
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, secret, () =>
            builder.Configuration[$"Parameters:{name}"]
            ?? (secret ? ((DistributedApplicationBuilder)builder).Data.Secret(name) : null)
            ?? throw new DistributedApplicationException($"The parameter {name} has no value: set Parameters__{name} in the environment.")));

    public static IResourceBuilder<ParameterResource> AddParameter(
        this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddResource(new ParameterResource(name, secret, () => builder.Configuration[$"Parameters:{name}"] ?? value));

    public static IResourceBuilder<PostgresServerResource> AddPostgres(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource>? userName = null,
        IResourceBuilder<ParameterResource>? password = null, int? port = null)
    {
        PostgresServerResource? server = null;
        // A server that keeps its data must find its password again; one that throws them away takes a new one each time.
        var generated = new Lazy<string>(() => server!.Annotations.OfType<DataVolumeAnnotation>().Any()
            ? ((DistributedApplicationBuilder)builder).Data.Secret($"{name}-password")
            : Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)));
        server = new PostgresServerResource(name, () => userName?.Resource.Value ?? "postgres", () => password?.Resource.Value ?? generated.Value);
        server.Annotations.Add(new EndpointAnnotation(PrimaryEndpointExtensions.Name) { Port = port });
        return builder.AddResource(server);
    }

    public static IResourceBuilder<PostgresDatabaseResource> AddDatabase(this IResourceBuilder<PostgresServerResource> builder, string name, string? databaseName = null)
    {
        var database = new PostgresDatabaseResource(name, databaseName ?? name, builder.Resource);
        builder.Resource.Databases.Add(database);
        return builder.ApplicationBuilder.AddResource(database);
    }

    /// <summary>Keeps the data in a folder of the data folder; without it the data end with the application.</summary>
    public static IResourceBuilder<PostgresServerResource> WithDataVolume(this IResourceBuilder<PostgresServerResource> builder, string? name = null, bool isReadOnly = false) =>
        builder.Note(Volume(builder.Resource, name, isReadOnly));

    /// <summary>Keeps the data in a folder of the data folder, and writes them there (<see cref="WithPersistence"/>).</summary>
    public static IResourceBuilder<RedisResource> WithDataVolume(this IResourceBuilder<RedisResource> builder, string? name = null, bool isReadOnly = false) =>
        builder.Note(Volume(builder.Resource, name, isReadOnly)).WithPersistence();

    public static IResourceBuilder<RedisResource> WithPersistence(this IResourceBuilder<RedisResource> builder, TimeSpan? interval = null, long keysChangedThreshold = 1) =>
        builder.Note(new PersistenceAnnotation(interval ?? TimeSpan.FromSeconds(60), keysChangedThreshold));

    public static IResourceBuilder<RedisResource> AddRedis(
        this IDistributedApplicationBuilder builder, string name, int? port = null, IResourceBuilder<ParameterResource>? password = null)
    {
        var server = new RedisResource(name, password?.Resource);
        server.Annotations.Add(new EndpointAnnotation(PrimaryEndpointExtensions.Name) { Port = port });
        return builder.AddResource(server);
    }

    private static DataVolumeAnnotation Volume(IResource resource, string? name, bool isReadOnly) =>
        isReadOnly
            ? throw new DistributedApplicationException($"{resource.Name}: a read-only data folder is not possible with the embedded engine.")
            : new DataVolumeAnnotation(name ?? resource.Name);
}
