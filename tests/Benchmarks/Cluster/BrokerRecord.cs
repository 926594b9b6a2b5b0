using System.Globalization;

namespace TradeFlow.Benchmarks.Cluster;

/// <summary>An order as the stand-in got it.</summary>
/// <param name="Port">By which its Worker is known.</param>
internal sealed record BrokerOrder(string ClientId, string Account, int Port, DateTimeOffset At);

/// <summary>A log-in at the stand-in.</summary>
/// <param name="Until">The end of time while it lives.</param>
internal sealed record BrokerSession(string Account, int Port, DateTimeOffset From, DateTimeOffset Until);

/// <summary>What the stand-in has written down by itself.</summary>
internal sealed class BrokerRecord(Uri broker)
{
    public async Task BeginAsync()
    {
        using var http = new HttpClient();
        foreach (var path in new[] { "/record", "/sockets/true" })
        {
            using var nothing = new ByteArrayContent([]);
            using var answer = await http.PostAsync(new Uri(broker, path), nothing);
            answer.EnsureSuccessStatusCode();
        }
    }

    public async Task<IReadOnlyList<BrokerOrder>> OrdersAsync() =>
        [.. (await LinesAsync("/ledger/orders")).Select(words => new BrokerOrder(words[0], words[1], Number(words[2]), At(words[3])))];

    public async Task<IReadOnlyList<BrokerSession>> SessionsAsync() =>
        [.. (await LinesAsync("/ledger/sessions")).Select(words => new BrokerSession(
            words[1], Number(words[2]), At(words[3]), words[4] == "0" ? DateTimeOffset.MaxValue : At(words[4])))];

    private async Task<IEnumerable<string[]>> LinesAsync(string path)
    {
        using var http = new HttpClient();
        return (await http.GetStringAsync(new Uri(broker, path))).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' '));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset At(string ticks) => new(long.Parse(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero);
}
