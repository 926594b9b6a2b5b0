using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace TradeFlow.Simulators.Shared;

/// <summary>A web server on a loopback port that can go down and come up again on the same port with the same books.</summary>
public sealed class Listener(int port, Action<WebApplication> configure, Action<IServiceCollection>? services = null)
{
    private readonly SemaphoreSlim turn = new(1);
    private WebApplication? app;
    private int boundPort = port;

    public string Address => $"http://localhost:{boundPort}";

    public async Task UpAsync()
    {
        await turn.WaitAsync();
        try
        {
            if (app is not null) return;
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel =>
            {
                kestrel.AddServerHeader = false;
                kestrel.Listen(IPAddress.Loopback, boundPort);
                // "localhost" may mean ::1 to a client; a free port is looked for on IPv4 alone.
                if (boundPort != 0 && HasIPv6()) kestrel.Listen(IPAddress.IPv6Loopback, boundPort);
            });
            services?.Invoke(builder.Services);
            var built = builder.Build();
            configure(built);
            await built.StartAsync();
            boundPort = new Uri(built.Services.GetRequiredService<IServer>().Features
                .GetRequiredFeature<IServerAddressesFeature>().Addresses.First()).Port;
            app = built;
        }
        finally
        {
            turn.Release();
        }
    }

    public async Task DownAsync()
    {
        await turn.WaitAsync();
        try
        {
            if (app is null) return;
            // Nobody waits for calls that a fault holds.
            using var now = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            try
            {
                await app.StopAsync(now.Token);
            }
            catch (OperationCanceledException)
            {
                // Open connections were cut.
            }
            await app.DisposeAsync();
            app = null;
        }
        finally
        {
            turn.Release();
        }
    }

    // The system may know IPv6 and still have no ::1, as in many containers.
    private static bool HasIPv6()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
