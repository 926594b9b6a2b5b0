using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace TradeFlow.Plugins.MetaTrader.Tests;

/// <summary>
/// The server's end of the heartbeat over real HTTP: a command goes out with every answer until its result comes, as the contract has it.
/// </summary>
internal sealed class Desk : IDisposable
{
    private readonly HttpListener listener;
    private readonly ConcurrentDictionary<string, string> waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<JsonElement> results = new();

    public Desk()
    {
        // Between finding a free port and taking it somebody else may have it.
        while (true)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port.ToString(CultureInfo.InvariantCulture)}";
            probe.Stop();
            listener = new HttpListener { Prefixes = { Address + "/" } };
            try
            {
                listener.Start();
                break;
            }
            catch (HttpListenerException)
            {
                listener.Close();
            }
        }
        _ = ServeAsync();
    }

    public string Address { get; }

    /// <summary>The newest report, as JSON: what is not JSON is never taken for one.</summary>
    public JsonElement? Report { get; private set; }
    public IReadOnlyList<string> Faults => [.. faults];
    private readonly ConcurrentQueue<string> faults = new();

    /// <summary>True: results are read and forgotten, as when the answer to them is lost.</summary>
    public bool IsDeaf { get; set; }

    /// <summary>So many of the next reports that tell results come too soon: 429.</summary>
    public int TooSoon { get; set; }

    public void Send(
        string id, string verb, string symbol = "EURUSD.r", string side = "BUY", string type = "MARKET", double lots = 1, double price = 0,
        double sl = 0, double tp = 0, string ticket = "", long magic = 0, int seconds = 30)
    {
        var expires = TimeProvider.System.GetUtcNow().AddSeconds(seconds).UtcDateTime
            .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        waiting[id] = string.Create(CultureInfo.InvariantCulture,
            $$"""{"id":"{{id}}","verb":"{{verb}}","symbol":"{{symbol}}","side":"{{side}}","type":"{{type}}","lots":{{lots}},"price":{{price}},"sl":{{sl}},"tp":{{tp}},"ticket":"{{ticket}}","magic":{{magic}},"comment":"{{id}}","expires":"{{expires}}"}""");
    }

    public async Task<JsonElement> ResultAsync(string id, string? status = null, int seconds = 15)
    {
        await Eventually.True(
            () => Task.FromResult(Results(id).Any(result => status is null || result.GetProperty("status").GetString() == status)),
            TimeSpan.FromSeconds(seconds), $"{id} is {status ?? "told"}; {string.Join(' ', results)} {string.Join(' ', faults)}");
        return Results(id).Last(result => status is null || result.GetProperty("status").GetString() == status);
    }

    public List<JsonElement> Results(string id) => [.. results.Where(result => result.GetProperty("id").GetString() == id)];

    public async Task<JsonElement> ReportAsync(Func<JsonElement, bool> shows, string what)
    {
        await Eventually.True(() => Task.FromResult(Report is { } report && shows(report)), TimeSpan.FromSeconds(15),
            $"{what}; {Report} {string.Join(' ', faults)}");
        return Report!.Value; // waited for
    }

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                var call = await listener.GetContextAsync();
                using var body = new StreamReader(call.Request.InputStream, new UTF8Encoding(false, throwOnInvalidBytes: true));
                var report = await body.ReadToEndAsync();
                var isTooSoon = TooSoon > 0 && !report.Contains("\"results\":[]", StringComparison.Ordinal);
                if (isTooSoon) TooSoon--;
                else Take(report);
                call.Response.StatusCode = isTooSoon ? 429 : 200;
                var answer = Encoding.UTF8.GetBytes(isTooSoon ? """{"detail":"Report once every one to three seconds."}""" : Answer());
                call.Response.ContentLength64 = answer.Length;
                await call.Response.OutputStream.WriteAsync(answer);
                call.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                // A terminal that has died in the middle of its call, or the end.
            }
        }
    }

    private void Take(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var report = document.RootElement.Clone();
            foreach (var result in report.GetProperty("results").EnumerateArray())
            {
                results.Enqueue(result);
                if (!IsDeaf) waiting.TryRemove(result.GetProperty("id").GetString() ?? "", out _);
            }
            Report = report;
        }
        catch (JsonException e)
        {
            faults.Enqueue($"{e.Message}: {body}");
        }
    }

    private string Answer() =>
        $$"""{"server_time":"{{TimeProvider.System.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}}","interval_ms":200,"commands":[{{string.Join(',', waiting.Values.Take(20))}}]}""";
}
