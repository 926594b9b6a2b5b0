using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace TradeFlow.EmbeddedServers;

/// <summary>A real Redis on loopback, behind a password.</summary>
/// <param name="kept">Whether the keys outlive the run.</param>
public sealed class EmbeddedRedis(
    string folder, int port, string password, bool kept, IReadOnlyList<string> toolFolders, IConfiguration configuration,
    Action<string> say)
{
    private RedisBinary? binary;

    /// <returns>False when this machine has no Redis and none could be brought.</returns>
    public async Task<bool> PrepareAsync(CancellationToken ct)
    {
        binary = await RedisBinary.FindAsync(configuration, toolFolders, say, ct);
        if (binary is null) return false;

        Directory.CreateDirectory(folder);
        // A file, not arguments: anybody on the machine can read the arguments of a process.
        string[] lines =
        [
            "bind 127.0.0.1", $"port {port.ToString(CultureInfo.InvariantCulture)}", "daemonize no", $"dir \"{folder}\"",
            "loglevel warning", "always-show-logo no", "appendonly no",
            // A disk that cannot be written to must not stop the wake-ups.
            "stop-writes-on-bgsave-error no",
            kept ? "save 60 1" : "save \"\"",
            $"requirepass \"{Escaped(password)}\"",
        ];
        await PrivateFile.WriteAsync(Settings, string.Join('\n', lines) + '\n', ct);
        return true;
    }

    public ServerCommand Command() => binary is { } redis
        ? new ServerCommand(redis.Program, [Settings], folder, redis.Environment)
        : throw new InvalidOperationException("PrepareAsync comes first.");

    /// <returns>What is missing, or null when it answers.</returns>
    public async Task<string?> MissingAsync(CancellationToken ct)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bound.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", port, bound.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Words("AUTH", password) + Words("PING")), bound.Token);

            using var answers = new StreamReader(stream, Encoding.ASCII);
            var answer = await answers.ReadLineAsync(bound.Token);
            if (answer == "+OK") answer = await answers.ReadLineAsync(bound.Token);
            return answer == "+PONG" ? null : answer ?? "closes the connection";
        }
        catch (Exception fault)
            when (fault is SocketException or IOException || (fault is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return "does not accept connections yet";
        }
    }

    /// <summary>The mend for what it said last, where we know one.</summary>
    public string? Explain(string said) => said switch
    {
        _ when said.Contains("Address already in use", StringComparison.Ordinal) =>
            $"Port {port} of Redis was taken by another program in this moment: start again.",
        _ when said.Contains("RDB", StringComparison.Ordinal) && (said.Contains("Wrong signature", StringComparison.Ordinal)
            || said.Contains("Can't handle", StringComparison.Ordinal)
            || said.Contains("Fatal error loading", StringComparison.Ordinal)
            || said.Contains("Internal error in RDB", StringComparison.Ordinal)) =>
            $"Redis cannot read {Path.Combine(folder, "dump.rdb")}: delete it and start again (nothing is lost, PostgreSQL has the truth).",
        _ when said.Contains("Permission denied", StringComparison.Ordinal) =>
            $"Redis may not read or write {folder}: give it to the user who starts the AppHost (chown -R), then start again.",
        _ => null,
    };

    private string Settings => Path.Combine(folder, "redis.conf");

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Words(params string[] words) =>
        $"*{words.Length}\r\n{string.Concat(words.Select(word => $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n"))}";
}
