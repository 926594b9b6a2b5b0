using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting.Local;

/// <summary>Hands the connections to one port over to several, in turn; a target that refuses is passed over.</summary>
internal sealed class PortSplitter : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly TcpListener listener;
    private readonly IReadOnlyList<int> targets;
    private readonly Task accepting;
    private int next = -1;

    internal PortSplitter(int front, IReadOnlyList<int> targets)
    {
        this.targets = targets;
        listener = new TcpListener(IPAddress.Loopback, front);
        listener.Start();
        accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Dispose();
        await accepting;
        end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = CarryAsync(await listener.AcceptTcpClientAsync(end.Token));
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The end of the application.
        }
    }

    private async Task CarryAsync(TcpClient front)
    {
        using (front)
        {
            using var back = await ConnectAsync();
            if (back is null) return; // Nobody is there: the caller sees a closed connection, as without a splitter.
            front.NoDelay = back.NoDelay = true;
            await Task.WhenAll(PumpAsync(front, back), PumpAsync(back, front));
        }
    }

    private async Task<TcpClient?> ConnectAsync()
    {
        var first = Interlocked.Increment(ref next) & int.MaxValue;
        for (var i = 0; i < targets.Count; i++)
        {
            var client = new TcpClient();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, targets[(first + i) % targets.Count], end.Token);
                return client;
            }
            catch (Exception fault) when (fault is SocketException or OperationCanceledException)
            {
                client.Dispose();
            }
        }

        return null;
    }

    private async Task PumpAsync(TcpClient from, TcpClient to)
    {
        try
        {
            await from.GetStream().CopyToAsync(to.GetStream(), end.Token);
            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // One side broke off: the other must see it too.
            from.Close();
            to.Close();
        }
    }
}
