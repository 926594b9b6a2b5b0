namespace TradeFlow.BrokerSdk.Testing;

/// <summary>API that a plugin may not use: it goes past the context, or it keeps the plugin from unloading.</summary>
internal static class BannedApi
{
    private const string ReflectionJson =
        "use a JsonSerializerContext: reflection JSON is switched off in the host and keeps the plugin from unloading";

    private static readonly (string Member, string Instead)[] Members =
    [
        ("System.Net.Http.HttpClient..ctor", "use context.Http"),
        ("System.Net.Http.SocketsHttpHandler..ctor", "use context.Http"),
        ("System.Net.Http.HttpClientHandler..ctor", "use context.Http"),
        ("System.Net.Http.HttpMessageInvoker..ctor", "use context.Http"),
        ("System.Net.WebRequest.", "use context.Http"),
        ("System.Net.WebClient.", "use context.Http"),
        ("System.Net.Sockets.Socket..ctor", "use the context"),
        ("System.Net.Sockets.TcpClient..ctor", "use the context"),
        ("System.Net.Sockets.TcpListener..ctor", "a plugin does not listen"),
        ("System.Net.HttpListener..ctor", "a plugin does not listen"),
        ("System.Threading.Thread..ctor", "await instead"),
        ("System.Threading.Thread.Sleep", "await Task.Delay with context.Clock"),
        ("System.Threading.Timer..ctor", "await Task.Delay with context.Clock"),
        ("System.Timers.Timer..ctor", "await Task.Delay with context.Clock"),
        ("System.Threading.ThreadPool.", "await instead"),
        ("System.Diagnostics.Process.", "a plugin starts no programs"),
        ("System.Environment.Exit", "a plugin does not end the host"),
        ("System.Environment.FailFast", "a plugin does not end the host"),
        ("System.Environment.GetEnvironmentVariable", "use the request and the credentials"),
        ("System.DateTime.get_UtcNow", "use context.Clock"),
        ("System.DateTime.get_Now", "use context.Clock"),
        ("System.DateTime.get_Today", "use context.Clock"),
        ("System.DateTimeOffset.get_UtcNow", "use context.Clock"),
        ("System.DateTimeOffset.get_Now", "use context.Clock"),
        ("System.IO.File.Write", "use context.State"),
        ("System.IO.File.Append", "use context.State"),
        ("System.IO.File.Create", "use context.State"),
        ("System.IO.File.Delete", "use context.State"),
        ("System.IO.File.Move", "use context.State"),
        ("System.IO.File.Copy", "use context.State"),
        ("System.IO.File.Open", "use context.State"),
        ("System.IO.FileStream..ctor", "use context.State"),
        ("System.IO.Directory.Create", "use context.State"),
        ("System.IO.Directory.Delete", "use context.State"),
        ("System.Reflection.Assembly.Load", "a plugin loads no code"),
        ("System.Runtime.Loader.AssemblyLoadContext.", "a plugin loads no code"),
        ("System.Console.", "use context.Log"),
    ];

    /// <returns>What to do instead, or <c>null</c> when the member is allowed.</returns>
    public static string? Instead(string member, string signature)
    {
        // Serialize(value, JsonTypeInfo) is right, Serialize(value, JsonSerializerOptions) is not.
        if (member.StartsWith("System.Text.Json.JsonSerializer.", StringComparison.Ordinal)
            && signature.Contains("JsonSerializerOptions", StringComparison.Ordinal))
            return ReflectionJson;
        if (member.StartsWith("System.Net.Http.Json.", StringComparison.Ordinal) && (signature.Contains("JsonSerializerOptions",
            StringComparison.Ordinal) || !signature.Contains("JsonTypeInfo", StringComparison.Ordinal)))
            return ReflectionJson;
        return Members.FirstOrDefault(banned => member.StartsWith(banned.Member, StringComparison.Ordinal)).Instead;
    }
}
