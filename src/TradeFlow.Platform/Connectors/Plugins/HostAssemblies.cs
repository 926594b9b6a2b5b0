namespace TradeFlow.Platform.Connectors.Plugins;

/// <summary>What this process is made of, by the names of its assemblies, and what of that a plugin may use.</summary>
internal static class HostAssemblies
{
    // A shared assembly's types are made of those of others, which are shared with it: ILoggingBuilder returns an IServiceCollection, and
    // two of that name would be two types.
    private static readonly HashSet<string> Shared = new(StringComparer.OrdinalIgnoreCase)
    {
        "TradeFlow.BrokerSdk", "Microsoft.Extensions.Logging.Abstractions", "Microsoft.Extensions.DependencyInjection.Abstractions",
    };

    // The runtime finds them whatever the case of the name.
    private static readonly ILookup<string, string> Folders =
        (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .ToLookup(path => Path.GetFileNameWithoutExtension(path),
            path => Path.GetDirectoryName(path) ?? "", StringComparer.OrdinalIgnoreCase);

    private static readonly string? Runtime = Path.GetDirectoryName(typeof(object).Assembly.Location);

    /// <summary>The contract: always the host's, whatever a plugin brings.</summary>
    public static bool IsShared(string name) => Shared.Contains(name);

    /// <summary>The host's own, which a plugin would be given for want of a file of that name. The runtime's are not.</summary>
    public static bool IsWithheld(string name) =>
        !IsShared(name) && Folders.Contains(name) && !Folders[name].Contains(Runtime, StringComparer.Ordinal);
}
