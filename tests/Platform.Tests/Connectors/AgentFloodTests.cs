using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>What the key of one account can do to everybody else.</summary>
public sealed class AgentFloodTests(FloodRig rig, ITestOutputHelper output) : IClassFixture<FloodRig>
{
    private const int Clients = 40;
    private const int Rounds = 4;
    private const int CallsPerRound = 40;

    [Fact]
    [Trait("Control", "R1")]
    public async Task Two_hundred_thousand_names_of_one_key_leave_five_thousand_the_newest_among_them()
    {
        var suspect = await rig.NewSuspectAsync();

        await rig.ReportAsync(suspect, Suspect.Names - Suspect.NamesAtOnce);

        var report = await rig.LatestAsync(suspect);
        report.Symbols.Count.ShouldBeLessThanOrEqualTo(5000);
        report.Symbols.Count(symbol => symbol.Bid == 1.0919m
            && int.Parse(symbol.Symbol["NAME".Length..]) >= Suspect.Names - Suspect.NamesAtOnce).ShouldBe(Suspect.NamesAtOnce);
        (await rig.ScalarAsync<int>($"""
            select pg_column_size(s.symbols) + pg_column_size(r.quotes) + pg_column_size(r.report)
            from connectors.agent_symbols s join connectors.agent_reports r using (account_id) where account_id = '{suspect.Account}'
            """)).ShouldBeLessThan(2 << 20);
    }

    [Fact]
    [Trait("Control", "R1")]
    public async Task Forty_clients_with_one_key_leave_a_neighbour_as_quick_as_before()
    {
        var suspect = await rig.NewSuspectAsync();
        var neighbour = await rig.NewTraderAsync();
        using var http = rig.NewSocketClient();
        await MeasureAsync(neighbour, http);
        List<double> quiet = [], flooded = [];
        var reports = new ConcurrentBag<HttpStatusCode>();
        var begun = Stopwatch.GetTimestamp();

        // In turns, so that whatever else the machine does meanwhile slows both down.
        for (var round = 0; round < Rounds; round++)
        {
            quiet.AddRange(await MeasureAsync(neighbour, http));
            using var stop = new CancellationTokenSource();
            var clients = Enumerable.Range(0, Clients).Select(number => FloodAsync(suspect, number, reports, stop.Token)).ToList();
            await Eventually.True(() => reports.Count >= (round + 1) * Clients, TimeSpan.FromSeconds(20), "the flood has begun");
            flooded.AddRange(await MeasureAsync(neighbour, http));
            await stop.CancelAsync();
            await Task.WhenAll(clients);
        }

        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var (before, during) = (NinetyNinth(quiet), NinetyNinth(flooded));
        output.WriteLine($"99 of 100 calls of the neighbour took at most {before:F0} ms before and {during:F0} ms during the flood; {reports.Count} reports in {seconds:F0} s.");
        during.ShouldBeLessThan(Math.Max(250, 4 * before));
        reports.Distinct().ShouldBe([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], ignoreOrder: true);
        reports.Count(status => status == HttpStatusCode.OK).ShouldBeLessThanOrEqualTo((int)(3 * (seconds + 1)));
    }

    private static double NinetyNinth(List<double> times) => times.Order().ElementAt((int)(times.Count * 0.99) - 1);

    /// <summary>Milliseconds of alerts and of reads of the neighbour, one after the other. All of them are answered 200.</summary>
    private static async Task<List<double>> MeasureAsync(Trader neighbour, HttpClient http)
    {
        List<double> times = [];
        for (var call = 0; call < CallsPerRound; call++)
        {
            var begun = Stopwatch.GetTimestamp();
            var alert = await neighbour.SendAsync($"/webhook/paper/{neighbour.Key}",
                $$$"""{"id":"{{{Guid.NewGuid():N}}}","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""", http: http);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            alert.Status.ShouldBe(HttpStatusCode.OK, alert.Json.ToString());

            begun = Stopwatch.GetTimestamp();
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/user/me");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", neighbour.Person.AccessToken);
            using var answer = await http.SendAsync(request);
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }
        return times;
    }

    // Five reports a second each: small ones, and one in ten with as many names as a report may have.
    private async Task FloodAsync(Suspect suspect, int number, ConcurrentBag<HttpStatusCode> reports, CancellationToken ct)
    {
        var small = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(suspect.Report(0, 0)).Replace("\"one\"", $"\"{number % 2}\"", StringComparison.Ordinal));
        var large = suspect.Report(number * Suspect.NamesAtOnce, Suspect.NamesAtOnce);
        using var http = rig.NewSocketClient();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        try
        {
            for (var beat = number; ; beat++)
            {
                reports.Add(await suspect.ReportAsync(http, beat % 10 == 0 ? large : small, ct));
                await timer.WaitForNextTickAsync(ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The round is over.
        }
    }
}
