using System.Net;
using System.Net.WebSockets;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Plugins.Processes.Inside;

/// <summary>
/// Requests of a plugin, for the Worker to send. Only the writing of the body, which may be code of the plugin, is done here.
/// </summary>
internal sealed class HostHttp(HostLine line) : IBrokerHttp
{
    public Task<HttpResponseMessage> SendOnceAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct) =>
        SendAsync(Call.SendOnce, request, requestClass, ct);

    public Task<HttpResponseMessage> QueryAsync(HttpRequestMessage request, RequestClass requestClass, CancellationToken ct) =>
        SendAsync(Call.Query, request, requestClass, ct);

    public void SetLimit(string bucket, int permits, TimeSpan per) =>
        line.Tell(Call.SetLimit, WireJson.Reply(new LimitCall(bucket, permits, per), WireJson.Default.LimitCall));

    public async ValueTask WaitAsync(string bucket, CancellationToken ct) =>
        await line.AskAsync(Call.AwaitLimit, WireJson.Reply(bucket, WireJson.Default.String), ct);

    public async Task<WebSocket> OpenWebSocketAsync(SocketRequest request, CancellationToken ct)
    {
        var reply = await line.AskAsync(Call.OpenSocket, WireJson.Reply(request, WireJson.Default.SocketRequest), ct);
        return new HostSocket(line, WireJson.Required(reply.Json, WireJson.Default.SocketOpened));
    }

    private async Task<HttpResponseMessage> SendAsync(Call call, HttpRequestMessage request, RequestClass requestClass,
        CancellationToken ct)
    {
        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(ct) : null;
        var asked = new HttpCall(request.Method.Method, request.RequestUri, requestClass, HttpHeaders.Of(request.Headers),
            request.Content is { } its ? HttpHeaders.Of(its.Headers) : null);
        var reply = await line.AskAsync(call, WireJson.Reply(asked, WireJson.Default.HttpCall) with { Tail = body }, ct);
        var told = WireJson.Required(reply.Json, WireJson.Default.HttpReply);
        var response = new HttpResponseMessage((HttpStatusCode)told.Status) { ReasonPhrase = told.Reason, RequestMessage = request,
            Content = new ByteArrayContent(reply.Tail.ToArray()) };
        foreach (var (name, values) in told.Headers) response.Headers.TryAddWithoutValidation(name, values);
        foreach (var (name, values) in told.ContentHeaders) response.Content.Headers.TryAddWithoutValidation(name, values);
        return response;
    }
}
