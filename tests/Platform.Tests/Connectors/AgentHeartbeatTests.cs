using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.BrokerSdk;
using TradeFlow.FakeExpertAdvisor;
using TradeFlow.Platform.Connectors.Agents;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>The wire of the agents: what is taken, what is refused, and in which words.</summary>
public sealed class AgentHeartbeatTests(AgentRig rig) : IClassFixture<AgentRig>
{
    [Fact]
    public async Task The_answer_is_compact_and_in_the_order_of_the_contract()
    {
        await using var owner = await rig.NewOwnerAsync();
        await owner.Agent.BeatAsync();
        var sending = Mailbox(owner).SendAsync(Command("tfabc") with
        {
            Symbol = "EURUSD.r", Side = Side.Buy, Quantity = 1.50m, StopLoss = 1.085m, Magic = 77, Comment = "tfabc"
        }, default);
        await Eventually.True(async () => (await PeekAsync(owner)).Contains("tfabc", StringComparison.Ordinal), TimeSpan.FromSeconds(5),
            "the command is handed out");

        var answer = await PeekAsync(owner);

        answer.ShouldStartWith("{\"server_time\":\"20");
        answer.ShouldContain("\"interval_ms\":1000,\"commands\":[{\"id\":\"tfabc\",\"verb\":\"open\",\"symbol\":\"EURUSD.r\",\"side\":\"BUY\",\"type\":\"MARKET\",\"lots\":1.5,\"price\":0,\"sl\":1.085,\"tp\":0,"
            + "\"ticket\":\"\",\"magic\":77,\"comment\":\"tfabc\",\"expires\":\"20");
        answer.ShouldEndWith("Z\"}]}");
        (await sending).ShouldBeOfType<AgentAnswer.Silent>();
    }

    [Fact]
    public async Task A_command_that_nobody_fetches_is_taken_back_and_never_handed_out()
    {
        await using var owner = await rig.NewOwnerAsync();
        await owner.Agent.BeatAsync();

        (await Mailbox(owner).SendAsync(Command("tfgone") with { ValidFor = TimeSpan.FromMilliseconds(300) }, default))
            .ShouldBeOfType<AgentAnswer.NotDelivered>();

        await owner.Agent.BeatAsync();
        owner.Agent.LastCommands.ShouldBeEmpty();
        owner.Terminal.Executed.ShouldBeEmpty();
        (await Mailbox(owner).FindAsync("tfgone", default)).ShouldNotBeNull().IsProvenNotRun.ShouldBeTrue();
    }

    [Fact]
    public async Task At_most_twenty_commands_come_at_a_time()
    {
        await using var owner = await rig.NewOwnerAsync();
        await owner.Agent.BeatAsync();
        var sending = Enumerable.Range(0, 25)
            .Select(number => Mailbox(owner).SendAsync(Command($"tf{number}") with { Verb = "cancel", Ticket = "1" }, default)).ToList();
        await Eventually.True(async () =>
            await rig.ScalarAsync<long>($"select count(*) from connectors.agent_commands where account_id = '{owner.Account}'") == 25,
            TimeSpan.FromSeconds(10), "they wait");

        MqlJson.Commands(await PeekAsync(owner)).Count.ShouldBe(20);
        await owner.Agent.BeatAsync();
        await owner.Agent.BeatAsync();

        (await Task.WhenAll(sending)).ShouldAllBe(answer => answer is AgentAnswer.Answered);
        owner.Terminal.Executed.Count.ShouldBe(25);
    }

    [Fact]
    public async Task An_answer_that_is_lost_and_results_that_come_twice_do_no_harm()
    {
        await using var owner = await rig.NewOwnerAsync();
        owner.Agent.Faults.RepeatResults = true;
        await owner.Agent.BeatAsync();
        var sending = Mailbox(owner).SendAsync(Command("tflost") with
        {
            Verb = "open", Symbol = "EURUSD.r", Side = Side.Buy, Quantity = 1, Magic = 5, Comment = "tflost"
        }, default);
        await Eventually.True(async () =>
            await rig.ScalarAsync<long>($"select count(*) from connectors.agent_commands where account_id = '{owner.Account}'") == 1,
            TimeSpan.FromSeconds(5), "it waits");
        owner.Agent.Faults.LoseNextAnswer = true;

        await owner.Agent.BeatAsync();
        await owner.Agent.BeatAsync();
        await owner.Agent.BeatAsync();

        (await sending).ShouldBeOfType<AgentAnswer.Answered>().Result.Status.ShouldBe("done");
        owner.Terminal.Executed.ShouldBe(["tflost"]);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Terminals_that_write_in_their_own_way_are_understood(bool trailingNul, bool quotedNumbers)
    {
        await using var owner = await rig.NewOwnerAsync();
        (owner.Agent.Faults.TrailingNul, owner.Agent.Faults.QuotedNumbers) = (trailingNul, quotedNumbers);

        (await owner.Agent.BeatAsync()).ShouldBe(HttpStatusCode.OK, owner.Agent.LastAnswer);

        (await Mailbox(owner).LatestAsync(default)).ShouldNotBeNull().Balance.ShouldBe(10_000m);
        (await Mailbox(owner).LatestAsync(default))!.BrokerOffset.ShouldBe(TimeSpan.FromHours(2));
    }

    [Theory]
    [InlineData("", "body")]
    [InlineData("{", "body")]
    [InlineData("[]", "body")]
    [InlineData("null", "body")]
    [InlineData("{\"balance\":1}", "instance")]
    [InlineData("{\"instance\":\"\\ud800\"}", "body")]
    [InlineData("BASE balance:\"abc\"", "balance")]
    [InlineData("BASE balance:\"NaN\"", "balance")]
    [InlineData("BASE equity:1e999", "equity")]
    [InlineData("BASE positions:{}", "positions")]
    [InlineData("BASE positions:[1]", "positions[0]")]
    [InlineData("BASE positions:[{\"ticket\":\"1\",\"symbol\":\"X\",\"side\":\"UP\",\"lots\":1,\"open_price\":1}]", "positions[0].side")]
    [InlineData("BASE positions:[{\"ticket\":\"1\",\"symbol\":\"X\",\"side\":\"BUY\",\"lots\":-1,\"open_price\":1}]", "positions[0].lots")]
    [InlineData("BASE results:[{\"id\":\"1\",\"status\":\"perhaps\"}]", "results[0].status")]
    [InlineData("BASE mode:\"backtest\"", "mode")]
    [InlineData("BASE time_broker:\"noon\"", "time_broker")]
    [Trait("Control", "I1")]
    public async Task Whatever_is_wrong_is_named(string body, string field)
    {
        await using var owner = await rig.NewOwnerAsync();

        var answer = await owner.ReportAsync(Body(owner, body));

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Code.ShouldBe("heartbeat.invalid");
        answer.Fields.ShouldContain(field);
        (await owner.ReadStatusAsync()).ShouldBe("pending");
    }

    [Fact]
    [Trait("Control", "I1")]
    public async Task No_bytes_whatsoever_make_it_fail()
    {
        await using var owner = await rig.NewOwnerAsync();
        var sound = Encoding.UTF8.GetBytes(Body(owner, "BASE margin:1"));
        var random = new Random(7);
        for (var round = 0; round < 200; round++)
        {
            var bent = sound.ToArray();
            for (var change = random.Next(1, 6); change > 0; change--) bent[random.Next(bent.Length)] = (byte)random.Next(256);

            ((int)(await owner.ReportAsync(bent)).Status).ShouldBeLessThan(500);
        }
    }

    [Fact]
    public async Task A_terminal_that_reports_again_with_the_first_byte_of_its_answer_is_taken()
    {
        await using var owner = await rig.NewOwnerAsync();
        await using var services = rig.Factory.Services.CreateAsyncScope();
        var pace = rig.Service<BeatPace>();
        bool? isFree = null;
        var http = new DefaultHttpContext { RequestServices = services.ServiceProvider };
        http.Request.Headers.Authorization = $"Bearer {owner.AgentKey}";
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(owner.Report()));
        http.Response.Body = new WatchedStream(() =>
        {
            using var turn = pace.TryBegin(new AccountId(owner.Account));
            isFree ??= turn is not null;
        });

        await rig.Service<HeartbeatEndpoint>().HandleAsync(http);

        (http.Response.StatusCode, isFree).ShouldBe((200, true));
    }

    [Fact]
    [Trait("Control", "R2")]
    public async Task A_body_that_is_too_large_is_held_back()
    {
        await using var owner = await rig.NewOwnerAsync();

        (await owner.ReportAsync(new byte[600 * 1024])).Status.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [Trait("Control", "I1")]
    [InlineData("positions", 1001, "positions")]
    [InlineData("orders", 1001, "orders")]
    [InlineData("symbols", 2001, "symbols")]
    [InlineData("results", 101, "results")]
    public async Task Whatever_a_report_has_too_many_of_is_named(string list, int entries, string field)
    {
        await using var owner = await rig.NewOwnerAsync();

        var answer = await owner.ReportAsync(Body(owner, $"BASE {list}:[{string.Join(',', Enumerable.Repeat("{}", entries))}]"));

        (answer.Status, answer.Code).ShouldBe((HttpStatusCode.UnprocessableEntity, "heartbeat.invalid"));
        answer.Fields.ShouldBe([field]);
    }

    [Theory]
    [InlineData("instance", 65)]
    [InlineData("login", 65)]
    [InlineData("server", 129)]
    [InlineData("currency", 9)]
    [InlineData("platform", 17)]
    public async Task A_text_that_is_too_long_is_named(string field, int length)
    {
        await using var owner = await rig.NewOwnerAsync();

        (await owner.ReportAsync(Body(owner, $"BASE {field}:\"{new string('x', length)}\""))).Fields.ShouldBe([field]);
    }

    [Fact]
    [Trait("Control", "K4")]
    public async Task A_key_of_nobody_or_of_another_kind_of_account_is_refused()
    {
        await using var owner = await rig.NewOwnerAsync();
        var body = Encoding.UTF8.GetBytes(Body(owner, "BASE margin:1"));
        await rig.ExecuteAsync($"delete from connectors.agents where account_id = '{owner.Account}'");

        (await owner.ReportAsync(body)).Code.ShouldBe("auth.invalid_key");
        (await owner.ReportAsync(body, "mtx-agent_12345678_nobody")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await owner.ReportAsync(body, "")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await owner.ReportAsync(body, owner.Person.AccessToken)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    [Trait("Control", "T2")]
    public async Task Another_tenant_sees_no_terminal()
    {
        await using var owner = await rig.NewOwnerAsync();
        await owner.Agent.BeatAsync();
        (await owner.Person.GetAsync($"/api/accounts/{owner.Account}/agent")).Json.GetProperty("online").GetBoolean().ShouldBeTrue();
        var stranger = await Person.SignUpAsync(rig);

        (await stranger.GetAsync($"/api/accounts/{owner.Account}/agent")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("TradeFlow.mq5", HttpStatusCode.OK)]
    [InlineData("TradeFlow.mq4", HttpStatusCode.OK)]
    [InlineData("connector.json", HttpStatusCode.NotFound)]
    [InlineData("..%2Fconnector.json", HttpStatusCode.NotFound)]
    [InlineData("ea%2FTradeFlow.mq5", HttpStatusCode.NotFound)]
    public async Task Only_the_files_that_the_manifest_names_are_handed_out(string file, HttpStatusCode status)
    {
        var address = $"/api/brokers/mt5/downloads/{file}";
        var person = await Person.SignUpAsync(rig);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", person.AccessToken);
        using var answer = await person.Http.SendAsync(request);

        (await rig.NewClient().GetAsync(address)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.StatusCode.ShouldBe(status);
        if (status == HttpStatusCode.OK) (await answer.Content.ReadAsStringAsync()).ShouldContain("#property");
    }

    private static AgentCommand Command(string id) => new() { Id = id, Verb = "open", ValidFor = TimeSpan.FromSeconds(3) };

    // With leave to send, for the flow of the test that calls it.
    private IAgentChannel Mailbox(TerminalOwner owner)
    {
        SendPermit.Give(TimeProvider.System, TimeProvider.System.GetTimestamp(), TimeSpan.FromMinutes(5));
        return rig.Mailboxes.Of(new TenantId(owner.Person.TenantId), new AccountId(owner.Account));
    }

    // What the terminal would be told, without running it.
    private async Task<string> PeekAsync(TerminalOwner owner)
    {
        var body = MqlJson.Heartbeat(owner.Terminal, "first", TimeProvider.System.GetUtcNow().UtcDateTime, [], quoted: false);
        return (await owner.ReportAsync(body)).Json.GetRawText();
    }

    private static string Body(TerminalOwner owner, string text)
    {
        if (!text.StartsWith("BASE ", StringComparison.Ordinal)) return text;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (name, value) = (text[5..colon], text[(colon + 1)..]);
        Dictionary<string, string> members = new()
        {
            ["instance"] = "\"one\"", ["login"] = $"\"{owner.Terminal.Login}\"", ["server"] = "\"Demo-1\"", ["currency"] = "\"USD\"",
            ["balance"] = "1", ["equity"] = "1", ["time_broker"] = "\"2026-11-22T12:00:00\"", ["time_gmt"] = "\"2026-11-22T10:00:00Z\"",
            ["positions"] = "[]",
        };
        members[name] = value;
        return "{" + string.Join(',', members.Select(member => $"\"{member.Key}\":{member.Value}")) + "}";
    }

    /// <summary>Tells when something is written.</summary>
    private sealed class WatchedStream(Action written) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            written();
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
