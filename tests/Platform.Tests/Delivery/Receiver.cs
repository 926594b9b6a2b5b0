using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace TradeFlow.Platform.Tests.Delivery;

/// <summary>A request as it arrived.</summary>
internal sealed record Received(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Bytes)
{
    public string Body => Encoding.UTF8.GetString(Bytes);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
}

/// <summary>What stands behind a webhook, and in the place of Telegram and of the push service of browsers.</summary>
internal sealed class Receiver : IAsyncDisposable
{
    private readonly WebApplication app;

    private Receiver(WebApplication app) => this.app = app;

    public string Address => app.Urls.Single();

    public ConcurrentQueue<Received> Taken { get; } = new();

    /// <summary>What is answered on a path, instead of 200.</summary>
    public ConcurrentDictionary<string, (int Status, string Body)> Answers { get; } = new(StringComparer.Ordinal);

    /// <summary>Paths on which nothing is answered before this ends.</summary>
    public ConcurrentDictionary<string, TaskCompletionSource> Silent { get; } = new(StringComparer.Ordinal);

    public static async Task<Receiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new Receiver(builder.Build());
        receiver.app.Run(receiver.HandleAsync);
        await receiver.app.StartAsync();
        return receiver;
    }

    public IReadOnlyList<Received> At(string path) => [.. Taken.Where(one => one.Path == path)];

    private async Task HandleAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var path = http.Request.Path.Value!; // a request has a path
        Taken.Enqueue(new Received(path, http.Request.Headers.ToDictionary(header => header.Key.ToLowerInvariant(),
            header => header.Value.ToString()), body.ToArray()));
        if (Silent.TryGetValue(path, out var end))
            await end.Task.WaitAsync(http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var (status, answer) = Answers.GetValueOrDefault(path, (200, "{}"));
        http.Response.StatusCode = status;
        if (status is >= 300 and < 400) http.Response.Headers.Location = "/elsewhere";
        await http.Response.WriteAsync(answer);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var end in Silent.Values) end.TrySetResult();
        await app.DisposeAsync();
    }
}
