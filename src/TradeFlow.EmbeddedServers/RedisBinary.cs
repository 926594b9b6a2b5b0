using Microsoft.Extensions.Configuration;

namespace TradeFlow.EmbeddedServers;

/// <summary>The program of Redis, and what its environment must have.</summary>
internal sealed record RedisBinary(string Program, IReadOnlyDictionary<string, string> Environment)
{
    private static readonly Dictionary<string, string> Plain = [];

    /// <summary>
    /// TRADEFLOW_REDIS_BIN, PATH, Debian's package unpacked into the data folder; null when there is none or TRADEFLOW_REDIS_BIN is "none".
    /// </summary>
    internal static async Task<RedisBinary?> FindAsync(
        IConfiguration configuration, IReadOnlyList<string> toolFolders, Action<string> say, CancellationToken ct)
    {
        if (configuration["TRADEFLOW_REDIS_BIN"] is { Length: > 0 } named)
        {
            if (named == "none") return null;
            var program = Directory.Exists(named) ? Path.Combine(named, "redis-server") : named;
            return File.Exists(program)
                ? new RedisBinary(program, Plain)
                : throw new StartException(
                    $"TRADEFLOW_REDIS_BIN={named} is no program redis-server: name the program or its folder, or unset it.");
        }

        if (Own() is { } own) return new RedisBinary(own, Plain);
        return await RedisFromDebian.GetAsync(toolFolders, say, ct);
    }

    private static string? Own() =>
        Programs.Tool("redis-server") ?? Programs.Tool("valkey-server")
        ?? new[] { "/usr/bin/redis-server", "/usr/local/bin/redis-server", "/opt/homebrew/bin/redis-server" }.FirstOrDefault(File.Exists);
}
