using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost;

/// <summary>A role of the database whose password is kept with the data.</summary>
internal sealed record KeptRole(string Name, string Password, IResourceBuilder<ParameterResource> Parameter)
{
    public static KeptRole Add(IDistributedApplicationBuilder builder, DataFolder data, string role)
    {
        var name = role.Replace('_', '-') + "-password";
        return new KeptRole(role, KeptSecret.Value(builder, name, data), builder.AddKeptSecret(name, data));
    }

    public DatabaseRole Role => new(Name, Password);

    public ReferenceExpression At(string host, int port) =>
        ReferenceExpression.Create($"Host={host};Port={$"{port}"};Database={DataServers.Database};Username={Name};Password={Parameter}");

    public ReferenceExpression At(EndpointReference server) =>
        ReferenceExpression.Create($"Host={server.Property(EndpointProperty.Host)};Port={server.Property(EndpointProperty.Port)};Database={DataServers.Database};Username={Name};Password={Parameter}");
}
