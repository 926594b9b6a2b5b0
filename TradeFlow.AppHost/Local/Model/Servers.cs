using Npgsql;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value from configuration (<c>Parameters:{name}</c>); a secret that nobody set is generated once and kept in the data folder.</summary>
public sealed class ParameterResource : Resource
{
    internal ParameterResource(string name, bool secret, Func<string> read) : base(name) => (Secret, Read) = (secret, new Lazy<string>(read));

    public bool Secret { get; }

    private Lazy<string> Read { get; }

    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken) => ValueTask.FromResult<string?>(Read.Value);

    internal string Value => Read.Value;
}

public sealed class PostgresServerResource : ContainerResource, IResourceWithConnectionString
{
    internal PostgresServerResource(string name, Func<string> userName, Func<string> password) : base(name) => (UserName, Password) = (userName, password);

    internal Func<string> UserName { get; }

    internal Func<string> Password { get; }

    internal List<PostgresDatabaseResource> Databases { get; } = [];

    /// <summary>Set when no PostgreSQL can be started here and one elsewhere is used.</summary>
    internal string? ExternalConnectionString { get; set; }

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<string?>(Address(null));

    internal string Address(string? database)
    {
        var address = ExternalConnectionString is { } external
            ? new NpgsqlConnectionStringBuilder(external)
            // The number, not "localhost": the server listens on IPv4 only, and a try of ::1 first costs a round trip per connection.
            : new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = this.PrimaryEndpoint().Port, Username = UserName(), Password = Password() };
        if (database is not null && (ExternalConnectionString is null || string.IsNullOrEmpty(address.Database))) address.Database = database;
        return address.ConnectionString;
    }
}

public sealed class PostgresDatabaseResource : Resource, IResourceWithParent<PostgresServerResource>, IResourceWithConnectionString
{
    internal PostgresDatabaseResource(string name, string databaseName, PostgresServerResource parent) : base(name) =>
        (DatabaseName, Parent) = (databaseName, parent);

    public string DatabaseName { get; }

    public PostgresServerResource Parent { get; }

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<string?>(Parent.Address(DatabaseName));
}

public sealed class RedisResource : ContainerResource, IResourceWithConnectionString
{
    internal RedisResource(string name, ParameterResource? password) : base(name) => PasswordParameter = password;

    public ParameterResource? PasswordParameter { get; }

    /// <summary>Set when no Redis can be started here and one elsewhere is used.</summary>
    internal string? ExternalConnectionString { get; set; }

    public ValueTask<string?> GetConnectionStringAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult<string?>(
        ExternalConnectionString ?? $"127.0.0.1:{this.PrimaryEndpoint().Port}{(PasswordParameter is { } password ? $",password={password.Value}" : "")}");
}

internal static class PrimaryEndpointExtensions
{
    /// <summary>The one address of a server.</summary>
    internal const string Name = "tcp";

    internal static EndpointReference PrimaryEndpoint(this IResourceWithEndpoints server) => new(server, Name);
}
