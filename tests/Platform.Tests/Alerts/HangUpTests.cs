using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Alerts;

/// <summary>
/// Senders that hang up, over real sockets: whatever the moment, the request leaves its row, and what was sent whole goes its way.
/// </summary>
public sealed class HangUpTests(HangUpTests.Rig rig) : IClassFixture<HangUpTests.Rig>
{
    private const string Unknown = """{"intent":{"side":"buy","symbol":"GBPUSD","qty":1}}""";

    [Theory]
    [InlineData(0, true)]
    [InlineData(0, false)]
    [InlineData(20, true)]
    [InlineData(20, false)]
    public async Task Before_the_message_is_whole_nothing_is_executed_and_the_row_says_so(int sent, bool byReset)
    {
        var trader = await rig.NewTraderAsync();
        using (var sender = await ConnectAsync(trader, Trader.Buy, sent)) HangUp(sender, byReset);

        (await trader.LoggedAsync("status || ' ' || code")).ShouldBe("499 client.gone");
        // The end takes with it what had not been read by then.
        (await trader.LoggedAsync("payload")).ShouldBeOneOf(Trader.Buy[..sent], "");
        (await trader.LoggedAsync("response ->> 'error'")).ShouldContain("hung up before its message was complete");
        (await trader.CountAsync("trading.orders")).ShouldBe(0);
    }

    [Fact]
    [Trait("Control", "R2")]
    public async Task A_sender_that_stalls_is_told_so_and_leaves_its_row()
    {
        var trader = await rig.NewTraderAsync();
        using var sender = await ConnectAsync(trader, Trader.Buy, 20);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var answer = new byte[1024];

        Encoding.ASCII.GetString(answer, 0, await sender.ReceiveAsync(answer, patience.Token)).ShouldStartWith("HTTP/1.1 408");

        (await trader.LoggedAsync("status || ' ' || code || ' ' || payload")).ShouldBe($"408 client.slow {Trader.Buy[..20]}");
        (await trader.CountAsync("trading.orders")).ShouldBe(0);
    }

    [Fact]
    public async Task While_the_symbol_is_asked_for_the_signal_goes_on()
    {
        var trader = await rig.NewTraderAsync("");
        using (var sender = await ConnectAsync(trader, Unknown))
        {
            await Eventually.True(() => rig.Questions.ContainsKey(trader.Account.Value), TimeSpan.FromSeconds(10),
                "the broker is asked for the symbol");
            HangUp(sender, byReset: true);
        }

        await IsExecutedAsync(trader);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task While_the_broker_is_waited_for_the_signal_goes_on(bool byReset)
    {
        var trader = await rig.NewTraderAsync("");
        using (var sender = await ConnectAsync(trader, Trader.Buy))
        {
            await Eventually.True(async () => await trader.CountAsync("trading.orders") == 1, TimeSpan.FromSeconds(10),
                "the signal is recorded");
            HangUp(sender, byReset);
        }

        await IsExecutedAsync(trader);
        (await trader.LoggedAsync("response ->> 'status'")).ShouldBe("pending");
    }

    [Fact]
    public async Task A_signal_whose_answer_nobody_heard_is_repeated_by_the_next_of_its_text_with_dedupe_off()
    {
        var trader = await rig.NewTraderAsync("");
        await rig.ExecuteAsync($"update accounts.accounts set dedupe_seconds = 0 where id = '{trader.Account}'");
        using (var sender = await ConnectAsync(trader, Trader.Buy))
        {
            await Eventually.True(async () => await trader.CountAsync("trading.orders") == 1, TimeSpan.FromSeconds(10),
                "the signal is recorded");
            HangUp(sender, byReset: true);
        }
        (await trader.LoggedAsync("status")).ShouldBe("499");
        rig.SetDesk(trader, "status = 'FILLED', filled_qty = 1, avg_price = 1.1, answered_at = clock_timestamp()");

        var again = await trader.AlertAsync(Trader.Buy);

        again.Json.TryGetProperty("duplicate_of", out _).ShouldBeTrue(again.Json.GetRawText());
        again.Text("status").ShouldBe("filled", "the repeat has woken the lane");
        (await trader.CountAsync("trading.orders")).ShouldBe(1);
    }

    [Fact]
    public async Task Without_a_valid_key_a_sender_that_hangs_up_leaves_nothing()
    {
        var trader = await rig.NewTraderAsync();
        var stranger = new Trader(rig, trader.Person, trader.Account, trader.Key[..^1] + "_");
        using (var sender = await ConnectAsync(stranger, Trader.Buy, 10)) HangUp(sender, byReset: true);
        using (var sender = await ConnectAsync(trader, Trader.Buy, 10)) HangUp(sender, byReset: true);

        await trader.LoggedAsync("1");
        (await trader.CountAsync("alerts.webhooks_log")).ShouldBe(1);
    }

    private async Task IsExecutedAsync(Trader trader)
    {
        (await trader.LoggedAsync(
            "status || ' ' || code || ' ' || (latency_ms > 0) || ' ' || (checks is not null) || ' ' || (response ->> 'success')"))
            .ShouldBe("499 client.gone true true true");
        (await trader.LoggedAsync("error")).ShouldContain("hung up");
        (await trader.CountAsync("trading.orders")).ShouldBe(1);
        (await trader.LoggedAsync("(order_id is not null)")).ShouldBe("true");
        (await trader.CountAsync("alerts.webhooks_log")).ShouldBe(1);
    }

    /// <summary>A sender whose headers the server has read: it has asked for the body.</summary>
    /// <param name="sent">How many bytes of the body go out; all when there is none.</param>
    private async Task<Socket> ConnectAsync(Trader trader, string body, int? sent = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(rig.Address);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /webhook/paper/{trader.Key} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: {body.Length}\r\nExpect: 100-continue\r\n\r\n"));
        var answer = new byte[64];
        Encoding.ASCII.GetString(answer, 0, await socket.ReceiveAsync(answer)).ShouldStartWith("HTTP/1.1 100");
        if ((sent ?? body.Length) is > 0 and var length) await socket.SendAsync(Encoding.ASCII.GetBytes(body[..length]));
        return socket;
    }

    private static void HangUp(Socket sender, bool byReset)
    {
        if (byReset) sender.LingerState = new LingerOption(true, 0);
        else sender.Shutdown(SocketShutdown.Send);
        sender.Close();
    }

    public sealed class Rig : WebhookRig, IAsyncLifetime
    {
        private WebApplicationFactory<Program>? listening;

        // Nobody is answered unless the desk fills: whoever hangs up does so before.
        protected override Dictionary<string, string?> More => new(base.More) { ["Alerts:AnswerSeconds"] = "30" };

        public IPEndPoint Address { get; private set; } = new(IPAddress.Loopback, 0);

        async ValueTask IAsyncLifetime.InitializeAsync()
        {
            await SetUpAsync();
            listening = NewServer(More);
            var address = listening.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()
                .ShouldNotBeNull().Addresses.First();
            Address = new IPEndPoint(IPAddress.Loopback, new Uri(address).Port);
        }

        async ValueTask IAsyncDisposable.DisposeAsync() => await TearDownAsync();
    }
}
