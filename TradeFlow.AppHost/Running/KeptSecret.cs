using TradeFlow.EmbeddedServers;

namespace TradeFlow.AppHost;

internal static class KeptSecret
{
    /// <summary>
    /// What <c>Parameters__{name}</c> says, or the file of <c>Parameters__{name}_FILE</c>; else random bytes that are made once and kept
    /// with the data that they belong to.
    /// </summary>
    public static IResourceBuilder<ParameterResource> AddKeptSecret(
        this IDistributedApplicationBuilder builder, string name, DataFolder data)
    {
        var value = Value(builder, name, data);
        return builder.AddParameter(name, () => value, secret: true);
    }

    public static string Value(IDistributedApplicationBuilder builder, string name, DataFolder data) =>
        builder.Configuration[$"Parameters:{name}"]
        ?? (builder.Configuration[$"Parameters:{name}_FILE"] is { } path ? File.ReadAllText(path).TrimEnd('\r', '\n') : data.Secret(name));
}
