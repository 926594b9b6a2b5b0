using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting.Local;

/// <summary>A real Redis as a child process.</summary>
internal sealed class RedisLauncher(RedisResource server, DataFolder data, IConfiguration configuration, LogBook book) : ILauncher
{
    private static readonly string[] Noise = ["oO0OoO0OoO0Oo", "just started", "Configuration loaded", "Server initialized", "Memory overcommit", "overcommit_memory"];

    private readonly string? kept = server.Annotations.OfType<DataVolumeAnnotation>().LastOrDefault()?.FolderName;
    private RedisBinary? binary;
    private string folder = "";

    public string Address => server.ExternalConnectionString ?? $"127.0.0.1:{server.PrimaryEndpoint().Port}";

    public int? GivesUpAfter => 3;

    public async Task PrepareAsync(CancellationToken ct)
    {
        binary = await RedisBinary.FindAsync(configuration, data.ToolFolders, book, ct);
        if (binary is null)
        {
            server.ExternalConnectionString = configuration.GetConnectionString(server.Name) ?? throw new DistributedApplicationException(
                "There is no Redis on this machine and none could be brought: install redis-server (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis), "
                + $"or name its program with TRADEFLOW_REDIS_BIN, or give the address of a running one with ConnectionStrings__{server.Name}=host:port.");
            return;
        }

        folder = data.FolderFor(kept, server.Name);
        Directory.CreateDirectory(folder);
        await WriteSettingsAsync(ct);
    }

    public Task<ProcessSpec?> NextAsync(CancellationToken ct) => Task.FromResult(binary is null
        ? null
        : new ProcessSpec(binary.Program, [Path.Combine(folder, "redis.conf"), .. server.Annotations.OfType<ArgsAnnotation>().SelectMany(more => more.Args)], folder)
        {
            Environment = binary.Environment,
        });

    public async Task<string?> ProbeAsync(CancellationToken ct)
    {
        var (host, port, password) = Target();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bound.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, port, bound.Token);
            var stream = client.GetStream();
            await stream.WriteAsync(Encoding.UTF8.GetBytes((password is null ? "" : Command("AUTH", password)) + Command("PING")), bound.Token);

            using var answers = new StreamReader(stream, Encoding.ASCII);
            var answer = await answers.ReadLineAsync(bound.Token);
            if (password is not null && answer == "+OK") answer = await answers.ReadLineAsync(bound.Token);
            return answer == "+PONG" ? null : answer ?? "closes the connection";
        }
        catch (Exception fault) when (fault is SocketException or IOException || (fault is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return "does not accept connections yet";
        }
    }

    public bool IsNoise(string line) => Noise.Any(words => line.Contains(words, StringComparison.Ordinal));

    public string? Explain(IReadOnlyList<string> lastLines)
    {
        var said = string.Join('\n', lastLines);
        return said switch
        {
            _ when said.Contains("Address already in use", StringComparison.Ordinal) =>
                $"Port {server.PrimaryEndpoint().Port} of {server.Name} was taken by another program in this moment: start again.",
            _ when said.Contains("RDB", StringComparison.Ordinal) && (said.Contains("Wrong signature", StringComparison.Ordinal) || said.Contains("Can't handle", StringComparison.Ordinal)
                || said.Contains("Fatal error loading", StringComparison.Ordinal) || said.Contains("Internal error in RDB", StringComparison.Ordinal)) =>
                $"Redis cannot read {Path.Combine(folder, "dump.rdb")}: delete it and start again (nothing is lost, PostgreSQL has the truth).",
            _ when said.Contains("Permission denied", StringComparison.Ordinal) => $"Redis may not read or write {folder}: give it to the user who starts the AppHost (chown -R), then start again.",
            _ => null,
        };
    }

    // A file, not arguments: anybody on the machine can read the arguments of a process.
    private async Task WriteSettingsAsync(CancellationToken ct)
    {
        var persistence = server.Annotations.OfType<PersistenceAnnotation>().LastOrDefault();
        List<string> lines =
        [
            "bind 127.0.0.1", $"port {server.PrimaryEndpoint().Port.ToString(CultureInfo.InvariantCulture)}", "daemonize no", $"dir \"{folder}\"", "loglevel warning",
            "always-show-logo no", "appendonly no",
            // A disk that cannot be written to must not stop the wake-ups.
            "stop-writes-on-bgsave-error no",
            persistence is null ? "save \"\"" : $"save {persistence.Interval.TotalSeconds:0} {persistence.KeysChangedThreshold}",
        ];
        if (server.PasswordParameter is { } password) lines.Add($"requirepass \"{password.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");

        await PrivateFile.WriteAsync(Path.Combine(folder, "redis.conf"), string.Join('\n', lines) + '\n', ct);
    }

    private (string Host, int Port, string? Password) Target()
    {
        if (server.ExternalConnectionString is not { } external) return ("127.0.0.1", server.PrimaryEndpoint().Port, server.PasswordParameter?.Value);

        var parts = external.Split(',');
        var address = parts[0].Split(':');
        var port = address.Length > 1 && int.TryParse(address[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 6379;
        return (address[0], port, parts.Skip(1).Select(part => part.Split('=', 2)).FirstOrDefault(part => part is ["password", _])?[1]);
    }

    private static string Command(params string[] words) =>
        $"*{words.Length}\r\n{string.Concat(words.Select(word => $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n"))}";
}
