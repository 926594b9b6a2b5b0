using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Alerts;

public sealed class LeakTests(WebhookRig rig) : IClassFixture<WebhookRig>
{
    [Fact]
    [Trait("Control", "K6")]
    public async Task Keys_and_tokens_of_addresses_reach_neither_logs_nor_spans()
    {
        var trader = await rig.NewTraderAsync();
        var said = new ConcurrentBag<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
                said.Add(activity.DisplayName + " " + string.Join(" ", activity.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))),
        };
        ActivitySource.AddActivityListener(listener);
        using var factory = rig.Factory.WithWebHostBuilder(
            host => host.ConfigureServices(services => services.AddSingleton<ILoggerProvider>(new Ears(said))));
        using var client = ApiFixture.NewClient(factory);

        await trader.SendAsync($"/webhook/paper/{trader.Key}", Trader.Buy, http: client);
        await trader.SendAsync($"/webhook/paper/{trader.Key}", "{\"key\":\"" + trader.Key + "\",'", http: client);
        await trader.SendAsync($"/webhook/paper?key={trader.Key}", Trader.Buy, http: client);
        using (var socket = await factory.Server.CreateWebSocketClient()
            .ConnectAsync(new Uri(factory.Server.BaseAddress, "/ws/positions?token=" + trader.Person.AccessToken), default))
            socket.Abort();
        await Eventually.True(() => said.Any(line => line.Contains("/webhook/", StringComparison.Ordinal)), TimeSpan.FromSeconds(5),
            "spans are recorded");

        said.Where(line => line.Contains(trader.Key, StringComparison.Ordinal)
            || line.Contains(trader.Person.AccessToken, StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private sealed class Ears(ConcurrentBag<string> said) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            said.Add(formatter(state, exception) + exception);
    }
}
