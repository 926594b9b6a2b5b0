using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Http;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>Push feeds of plugins: the same hosts as for requests, and never longer than the session.</summary>
public sealed class OpenSocketTests : IAsyncLifetime
{
    private WebApplication server = null!; // started before each test

    [Fact]
    public async Task A_plugin_listens_to_its_endpoint_with_the_headers_that_it_gave()
    {
        using var http = Make(Address("http"));

        using var socket = await http.OpenWebSocketAsync(new SocketRequest
        {
            Address = new Uri(Address("ws"), "/echo?x=1"), Headers = new Dictionary<string, string> { ["Authorization"] = "Bearer t" }
        }, default);

        (await ReadAsync(socket)).ShouldBe("Bearer t ?x=1");
    }

    [Theory]
    [InlineData("wss://evil.example/hub")]
    [InlineData("ws://listed.example/hub")]
    [InlineData("ftp://listed.example/hub")]
    [Trait("Control", "S1")]
    public async Task An_address_outside_the_list_is_refused(string address)
    {
        using var http = Make(new Uri("https://listed.example"));

        await Should.ThrowAsync<RequestNotSentException>(
            () => http.OpenWebSocketAsync(new SocketRequest { Address = new Uri(address) }, default));
    }

    [Fact]
    public async Task It_ends_with_the_session()
    {
        var http = Make(Address("ws"));
        using var socket = await http.OpenWebSocketAsync(new SocketRequest { Address = new Uri(Address("ws"), "/echo") }, default);
        await ReadAsync(socket);

        http.Dispose();

        socket.State.ShouldBe(WebSocketState.Aborted);
    }

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        server = builder.Build();
        server.UseWebSockets();
        server.Map("/echo", async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            await socket.SendAsync(Encoding.UTF8.GetBytes($"{context.Request.Headers.Authorization} {context.Request.QueryString}"),
                WebSocketMessageType.Text, true, default);
            await socket.ReceiveAsync(new byte[16], context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await server.StartAsync();
    }

    public async ValueTask DisposeAsync() => await server.DisposeAsync();

    private Uri Address(string scheme) =>
        new UriBuilder(server.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses
            .First()) { Scheme = scheme }.Uri;

    private static async Task<string> ReadAsync(WebSocket socket)
    {
        var buffer = new byte[256];
        var got = await socket.ReceiveAsync(buffer, default);
        return Encoding.UTF8.GetString(buffer, 0, got.Count);
    }

    private static BrokerHttp Make(Uri endpoint)
    {
        var manifest = ConnectorManifest.Parse("""
            {"slug":"sample","id":"x","name":"Sample","version":"1.0.0","sdk":"^1.0","entryAssembly":"x.dll","environments":[{"mode":"demo","label":"Demo"}],
             "capabilities":{"orderTypes":["market"],"positionMode":"netting","quantityUnit":"units","stream":"push"},"clientOrderId":{"mode":"none"},"lookup":{},"connect":{"fields":[]}}
            """);
        return new BrokerHttp(manifest, new EgressRule([endpoint], []), new RateLimits(TimeProvider.System),
            new LimitScope("sample", "demo", "", ""), TimeProvider.System, NullLogger.Instance);
    }
}
