using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Configuration;
using TradeFlow.Platform.Alerts.Receive;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Alerts;

/// <summary>An account that takes alerts from TradingView alone, over real connections from behind a proxy that is named.</summary>
public sealed class SenderTests(SenderTests.Server rig) : IClassFixture<SenderTests.Server>
{
    private const string TradingView = "52.89.214.238";
    private const string Somebody = "203.0.113.7";

    public sealed class Server : WebhookRig
    {
        private WebApplicationFactory<Program>? listening;

        public HttpClient From(string? address)
        {
            listening ??= NewServer(new(More) { ["Proxies:0"] = "127.0.0.1" });
            var client = NewClient(listening);
            if (address is not null) client.DefaultRequestHeaders.Add("X-Forwarded-For", address);
            return client;
        }
    }

    [Fact]
    public async Task Who_is_not_TradingView_is_refused_and_leaves_a_row()
    {
        var trader = await AccountAsync(only: true);

        var refused = await SendAsync(trader, Somebody);

        (refused.Status, refused.Code).ShouldBe((HttpStatusCode.Forbidden, "signal.sender_refused"));
        refused.Json.GetProperty("error").GetString()!.ShouldContain(Somebody);
        (await trader.CountAsync("trading.orders")).ShouldBe(0);
        await Eventually.True(async () => await trader.CountAsync("alerts.webhooks_log") == 1, TimeSpan.FromSeconds(10), "the row");
        var row = (await trader.Person.GetAsync($"/api/webhooks/log?account_id={trader.Account}")).Json.GetProperty("items")[0];
        (row.GetProperty("status").GetInt32(), row.GetProperty("code").GetString()).ShouldBe((403, "signal.sender_refused"));
    }

    [Fact]
    public async Task TradingView_is_taken_and_so_is_anybody_where_the_account_does_not_ask()
    {
        (await SendAsync(await AccountAsync(only: true), TradingView)).Status.ShouldBe(HttpStatusCode.OK);
        (await SendAsync(await AccountAsync(only: false), Somebody)).Status.ShouldBe(HttpStatusCode.OK);
    }

    // Nobody makes themselves TradingView: what stands before the proxy's own word is the sender's.
    [Theory]
    [InlineData($"{TradingView}, {Somebody}")]
    [InlineData(null)]
    public async Task A_word_that_no_proxy_of_ours_has_written_does_not_count(string? forwarded)
    {
        (await SendAsync(await AccountAsync(only: true), forwarded)).Code.ShouldBe("signal.sender_refused");
    }

    [Fact]
    public async Task Exits_from_elsewhere_are_refused_too_because_nobody_knows_who_sends_them()
    {
        var trader = await AccountAsync(only: true);

        (await trader.SendAsync($"/webhook/paper/{trader.Key}", """{"intent":{"action":"flatten"}}""", http: rig.From(Somebody))).Code
            .ShouldBe("signal.sender_refused");
    }

    [Theory]
    [InlineData("34.212.75.30", true)]
    [InlineData("::ffff:52.32.178.7", true)]
    [InlineData("54.218.53.129", false)]
    public void The_published_addresses_hold_until_others_are_set(string address, bool has) =>
        Senders().Has(IPAddress.Parse(address)).ShouldBe(has);

    [Fact]
    public void Other_addresses_take_their_place_as_a_list_or_one_line_and_networks_count()
    {
        Senders(("TradingView:Addresses:0", "198.51.100.0/24")).Has(IPAddress.Parse("198.51.100.9")).ShouldBeTrue();
        Senders(("TradingView:Addresses:0", "198.51.100.0/24")).Has(IPAddress.Parse(TradingView)).ShouldBeFalse();
        Senders(("TradingView:Addresses", "192.0.2.1, 192.0.2.2")).Has(IPAddress.Parse("192.0.2.2")).ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => Senders(("TradingView:Addresses", "tradingview"))).Message
            .ShouldContain("TradingView:Addresses");
    }

    private static TradingViewSenders Senders(params (string Key, string Value)[] settings) =>
        new(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value)).Build());

    private async Task<Trader> AccountAsync(bool only)
    {
        var trader = await rig.NewTraderAsync();
        if (!only) return trader;
        var changed = await trader.Person.PatchAsync($"/api/accounts/{trader.Account}", new { tradingview_only = true });
        changed.Json.GetProperty("tradingview_only").GetBoolean().ShouldBeTrue(changed.ToString());
        return trader;
    }

    private async Task<Support.Answer> SendAsync(Trader trader, string? from) =>
        await trader.SendAsync($"/webhook/paper/{trader.Key}", Trader.Buy, http: rig.From(from));
}
