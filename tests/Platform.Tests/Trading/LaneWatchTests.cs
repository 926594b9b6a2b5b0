using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.Platform.Accounts.Serving;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Live.Notices;
using TradeFlow.Platform.Tests.Support;
using TradeFlow.Platform.Tests.Trading.Rig;
using TradeFlow.Platform.Trading.Lanes;
using TradeFlow.ServiceDefaults;

namespace TradeFlow.Platform.Tests.Trading;

/// <summary>What is told of a lane whose loops fail again and again, and what when they are well.</summary>
public sealed class LaneWatchTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private readonly HandClock clock = new();
    private readonly CancellationTokenSource stop = new();

    [Fact]
    public async Task An_account_hears_once_that_its_lane_has_stalled_and_once_that_it_is_served_again()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync();
        using var watch = Watch(rig);
        using var lane = await LaneAsync(rig, account);
        var fails = true;
        Func<Lane, CancellationToken, Task> loop = (_, ct) => fails ? throw new DivideByZeroException() : Task.Delay(Timeout.Infinite, ct);

        // Two loops of one account: one message, until the last of them is well.
        var running = Task.WhenAll(watch.RunAsync(lane, "lane.orders", loop, stop.Token),
            watch.RunAsync(lane, "lane.sync", loop, stop.Token));
        for (var end = 1; end <= 4; end++)
        {
            await Eventually.True(() => clock.Waiting == 2, TimeSpan.FromSeconds(20), "both pause");
            if (end == 4) fails = false;
            clock.Advance(TimeSpan.FromSeconds(10));
        }
        watch.Stalled.ShouldBe([$"lane.orders of account {account.Id}", $"lane.sync of account {account.Id}"]);
        await Eventually.True(() => clock.Waiting == 2, TimeSpan.FromSeconds(20), "both run");
        clock.Advance(SupervisedLoop.Calm);

        await Eventually.True(async () => (await KindsAsync(rig, account)).Length == 2, TimeSpan.FromSeconds(20), "it is served again");
        (await KindsAsync(rig, account)).ShouldBe(["account.stalled", "account.recovered"]);
        watch.Stalled.ShouldBeEmpty();
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Health_is_degraded_and_names_the_lane_and_the_worker_stays_in_service()
    {
        await using var rig = await TradingRig.StartAsync(platform, run: false);
        var account = await rig.AccountAsync();
        using var watch = Watch(rig);
        using var lane = await LaneAsync(rig, account);
        await using var app = await AppAsync(watch);
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        (await HealthAsync(client)).Status.ShouldBe("healthy");

        var running = watch.RunAsync(lane, "lane.orders", (_, _) => throw new DivideByZeroException("a secret of the plugin"), stop.Token);
        for (var end = 1; end <= 2; end++)
        {
            await Eventually.True(() => clock.Waiting == 1, TimeSpan.FromSeconds(20), "it pauses");
            clock.Advance(TimeSpan.FromSeconds(10));
        }
        await Eventually.True(() => watch.Stalled.Count == 1, TimeSpan.FromSeconds(20), "it has stalled");

        var (status, body) = await HealthAsync(client);
        status.ShouldBe("degraded");
        body.ShouldEndWith($$"""
            "lanes":"degraded"},"stalled":["lane.orders of account {{account.Id}}"]}
            """);
        await stop.CancelAsync();
        await running;
    }

    private LaneWatch Watch(TradingRig rig) =>
        new(rig.Get<WorkerAccounts>(), rig.Get<Notifications>(), clock, NullLogger<LaneWatch>.Instance);

    private static async Task<Lane> LaneAsync(TradingRig rig, TestAccount account) =>
        new((await rig.Get<WorkerAccounts>().FindAsync(account.Id, default))!.Account, 1); // made above

    private static async Task<WebApplication> AppAsync(LaneWatch watch)
    {
        var builder = WebApplication.CreateBuilder();
        builder.AddServiceDefaults();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(watch);
        builder.Services.AddHealthChecks().AddCheck<LaneCheck>("lanes");
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapDefaultEndpoints();
        await app.StartAsync();
        return app;
    }

    private static async Task<(string Status, string Body)> HealthAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/health");
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        var body = await answer.Content.ReadAsStringAsync();
        return (JsonDocument.Parse(body).RootElement.GetProperty("status").GetString()!, body); // a text in every report
    }

    private static Task<string[]> KindsAsync(TradingRig rig, TestAccount account) =>
        rig.ScalarAsync<string[]>($"""
            select coalesce(array_agg(kind order by id), array[]::text[]) from live.notifications where tenant_id = '{account.Tenant}'
            """);
}
