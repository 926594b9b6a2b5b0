using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>
/// A way to PostgreSQL that breaks once, at the round trip that a test names: before the server has heard it, or after it has committed and
/// before it is answered. It speaks as much of the protocol as that needs.
/// </summary>
internal sealed class FaultyPostgres : IAsyncDisposable
{
    private const int SslRequest = 80877103, GssRequest = 80877104;
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly Lock gate = new();
    private readonly string host;
    private readonly int port;
    private readonly List<Task> serving = [];
    private Plan? plan;

    private FaultyPostgres(string connection)
    {
        var target = new NpgsqlConnectionStringBuilder(connection);
        (host, port) = (target.Host ?? "localhost", target.Port);
        listener.Start();
        serving.Add(AcceptAsync());
    }

    public static FaultyPostgres Before(PlatformFixture platform) => new(platform.OwnerConnection);

    /// <summary>The fixture's settings with both roles by this way.</summary>
    public Dictionary<string, string?> Settings(PlatformFixture platform)
    {
        Dictionary<string, string?> settings = [];
        foreach (var (key, value) in platform.Settings)
            if (key.StartsWith("ConnectionStrings:tradeflow", StringComparison.Ordinal)) settings[key] = Through(value);
        return settings;
    }

    private string Through(string? connection) => new NpgsqlConnectionStringBuilder(connection)
    {
        Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port, SslMode = SslMode.Disable,
    }.ConnectionString;

    /// <summary>
    /// From now on the round trips that <paramref name="concerns"/> are counted, from 0, and number <paramref name="at"/> breaks.
    /// </summary>
    /// <param name="committed">True to break after the server has done what it was told.</param>
    public Plan BreakAt(int at, bool committed, Func<string, bool> concerns)
    {
        lock (gate) return plan = new Plan(at, committed, concerns);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await Task.WhenAll(serving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
        listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!end.IsCancellationRequested)
        {
            var client = await listener.AcceptTcpClientAsync(end.Token);
            lock (gate) serving.Add(ServeAsync(client));
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        using var near = client;
        var isFile = host.StartsWith('/');
        using var far = isFile
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(SocketType.Stream, ProtocolType.Tcp);
        if (isFile) await far.ConnectAsync(new UnixDomainSocketEndPoint($"{host}/.s.PGSQL.{port}"), end.Token);
        else await far.ConnectAsync(host, port, end.Token);
        await using var server = new NetworkStream(far);
        var connection = new Connection(near.GetStream(), server);
        var answers = connection.AnswerAsync(end.Token);
        try
        {
            await connection.AskAsync(Decide, end.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // One of the two has hung up.
        }
        near.Close();
        far.Dispose();
        await answers.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private bool? Decide(string text)
    {
        lock (gate) return plan?.Decide(text);
    }

    /// <summary>One fault, and whether it was met.</summary>
    internal sealed class Plan(int at, bool committed, Func<string, bool> concerns)
    {
        private int seen;

        public bool IsMet { get; private set; }

        /// <summary>What the round trip that broke was for.</summary>
        public string Text { get; private set; } = "";

        public bool? Decide(string text)
        {
            if (IsMet || !concerns(text) || seen++ < at) return null;
            (IsMet, Text) = (true, text);
            return committed;
        }
    }

    private sealed class Connection(NetworkStream client, NetworkStream server)
    {
        private readonly Dictionary<string, string> statements = new(StringComparer.Ordinal);
        private volatile TaskCompletionSource? hangUpAfterAnswer;

        public async Task AskAsync(Func<string, bool?> decide, CancellationToken ct)
        {
            await StartAsync(ct);
            using var group = new MemoryStream();
            var text = new StringBuilder();
            while (true)
            {
                var (type, message) = await ReadAsync(client, ct);
                group.Write(message);
                if (type == 'P') statements[Text(message, 5)] = Text(message, 5 + Text(message, 5).Length + 1);
                if (type == 'B') text.Append(statements.GetValueOrDefault(Text(message, 5 + Text(message, 5).Length + 1))).Append('\n');
                // What is told before a sync is done with it, or not at all.
                if (type is not ('S' or 'Q' or 'p' or 'X' or 'H')) continue;
                var fault = text.Length > 0 ? decide(text.ToString()) : null;
                if (fault is false) return;
                if (fault is true) hangUpAfterAnswer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await server.WriteAsync(group.GetBuffer().AsMemory(0, (int)group.Length), ct);
                group.SetLength(0);
                text.Clear();
                if (hangUpAfterAnswer is { } answered)
                {
                    await answered.Task.WaitAsync(ct);
                    return;
                }
            }
        }

        public async Task AnswerAsync(CancellationToken ct)
        {
            while (true)
            {
                var (type, message) = await ReadAsync(server, ct);
                if (hangUpAfterAnswer is { } answered)
                {
                    if (type == 'Z') answered.TrySetResult();
                    continue;
                }
                await client.WriteAsync(message, ct);
            }
        }

        private async Task StartAsync(CancellationToken ct)
        {
            while (true)
            {
                var head = new byte[8];
                await client.ReadExactlyAsync(head, ct);
                var code = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(4));
                if (code is SslRequest or GssRequest)
                {
                    await client.WriteAsync("N"u8.ToArray(), ct);
                    continue;
                }
                var rest = new byte[BinaryPrimitives.ReadInt32BigEndian(head) - 8];
                await client.ReadExactlyAsync(rest, ct);
                await server.WriteAsync(head.Concat(rest).ToArray(), ct);
                return;
            }
        }

        private static async Task<(char Type, byte[] Message)> ReadAsync(NetworkStream from, CancellationToken ct)
        {
            var head = new byte[5];
            await from.ReadExactlyAsync(head, ct);
            var message = new byte[1 + BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(1))];
            head.CopyTo(message, 0);
            await from.ReadExactlyAsync(message.AsMemory(5), ct);
            return ((char)head[0], message);
        }

        private static string Text(byte[] message, int from) =>
            Encoding.UTF8.GetString(message, from, Array.IndexOf(message, (byte)0, from) - from);
    }
}
