using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace TradeFlow.Platform.Tests.Support;

/// <summary>
/// The wire between a process and PostgreSQL. While it is held, what is sent arrives and is committed, and no answer comes back.
/// </summary>
public sealed class PostgresLine : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource ending = new();
    private readonly NpgsqlConnectionStringBuilder target;
    private readonly Lock gate = new();
    private readonly List<Valve> valves = [];
    private bool holdsNew;

    private PostgresLine(string connection)
    {
        target = new NpgsqlConnectionStringBuilder(connection);
        listener.Start();
        _ = AcceptAsync();
    }

    public static PostgresLine To(string connection) => new(connection);

    /// <summary>A connection string to the same server, by this wire.</summary>
    public string Through(string connection) => new NpgsqlConnectionStringBuilder(connection)
    {
        Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port
    }.ConnectionString;

    /// <param name="newOnes">Connections that are opened from now on get no answer either.</param>
    public void Hold(bool newOnes = true)
    {
        lock (gate)
        {
            holdsNew = newOnes;
            foreach (var valve in valves) valve.Close();
        }
    }

    public void Release()
    {
        lock (gate)
        {
            holdsNew = false;
            foreach (var valve in valves) valve.Open();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        Release();
        listener.Dispose();
        ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await listener.AcceptTcpClientAsync(ending.Token), ending.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken ct)
    {
        var valve = new Valve();
        lock (gate)
        {
            if (holdsNew) valve.Close();
            valves.Add(valve);
        }
        using var near = client;
        using var far = new TcpClient();
        try
        {
            await far.ConnectAsync(target.Host!, target.Port, ct); // the server has an address
            await Task.WhenAny(PumpAsync(near.GetStream(), far.GetStream(), null, ct),
                PumpAsync(far.GetStream(), near.GetStream(), valve, ct));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // One side has gone: so does the other.
        }
        lock (gate) valves.Remove(valve);
    }

    private static async Task PumpAsync(NetworkStream from, NetworkStream to, Valve? valve, CancellationToken ct)
    {
        var buffer = new byte[16 * 1024];
        while (await from.ReadAsync(buffer, ct) is > 0 and var read)
        {
            if (valve is not null) await valve.PassAsync(ct);
            await to.WriteAsync(buffer.AsMemory(0, read), ct);
        }
    }

    private sealed class Valve
    {
        private volatile TaskCompletionSource? closed;

        public void Close() => closed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Open()
        {
            closed?.TrySetResult();
            closed = null;
        }

        public Task PassAsync(CancellationToken ct) => closed?.Task.WaitAsync(ct) ?? Task.CompletedTask;
    }
}
