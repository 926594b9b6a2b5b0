using System.Net;
using TradeFlow.FakeExpertAdvisor;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>An account that is connected through a terminal, from its registration to its trades.</summary>
public sealed class AgentTests(AgentRig rig) : IClassFixture<AgentRig>
{
    private const string Buy = """ "side":"buy","symbol":"EURUSD","qty":1 """;

    [Fact]
    public async Task An_account_waits_for_its_terminal_and_is_active_with_its_first_report()
    {
        await using var owner = await rig.NewOwnerAsync();

        owner.Registered.Text("status").ShouldBe("pending");
        var early = await owner.AlertAsync(Buy);
        early.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        early.Code.ShouldBe("broker.offline");

        (await owner.Agent.BeatAsync()).ShouldBe(HttpStatusCode.OK, owner.Agent.LastAnswer);
        await owner.StatusAsync("active", seconds: 2);
        var account = (await owner.Person.GetAsync($"/api/accounts/{owner.Account}")).Json;
        account.GetProperty("balance").GetDecimal().ShouldBe(10_000m);
        account.GetProperty("currency").GetString().ShouldBe("USD");
    }

    [Theory]
    [InlineData("mtx")]
    [InlineData("mt5")]
    [InlineData("truforex")]
    public async Task An_alert_is_executed_by_the_terminal(string broker)
    {
        await using var owner = await rig.NewActiveAsync();

        var answer = await owner.OutcomeAsync(
            """ "side":"buy","symbol":"EURUSD","qty":1,"sl":{"mode":"price","value":1.085},"tp":{"mode":"rr","value":2} """, broker);

        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Json.ToString());
        answer.Text("status").ShouldBe("filled");
        var position = owner.Terminal.Positions.ShouldHaveSingleItem();
        (position.Symbol, position.Side, position.Lots, position.Sl).ShouldBe(("EURUSD.r", "BUY", 1m, 1.085m));
        position.Comment.ShouldStartWith("tf");
        answer.Json.GetProperty("avg_price").GetDecimal().ShouldBe(1.0921m);

        var close = await owner.OutcomeAsync(""" "action":"close","symbol":"EURUSD" """);
        close.Text("status").ShouldBe("filled", close.Json.ToString());
        owner.Terminal.Positions.ShouldBeEmpty();
        close.Json.GetProperty("pnl").GetDecimal().ShouldBe(-20m);
    }

    [Fact]
    public async Task A_refusal_of_the_terminal_is_told_in_its_words()
    {
        await using var owner = await rig.NewActiveAsync();
        owner.Terminal.NextRetcode = 10019;

        var answer = await owner.AlertAsync(Buy);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Code.ShouldBe("broker.rejected");
        answer.Text("error").ShouldBe("There is not enough money.");
    }

    [Theory]
    [InlineData(10012, 24)]
    [InlineData(10031, 8)]
    [InlineData(10012, 0)]
    public async Task An_unclear_code_is_settled_by_the_position_even_when_the_comment_is_clipped(int code, int commentLength)
    {
        await using var owner = await rig.NewActiveAsync();
        (owner.Terminal.NextUnclear, owner.Terminal.CommentLength) = (code, commentLength);

        var answer = await owner.AlertAsync(Buy);

        var order = answer.Json.GetProperty("order_id").GetGuid();
        await Eventually.True(async () => await owner.OrderStatusAsync(order) == "FILLED", TimeSpan.FromSeconds(15), "the order is found");
        owner.Terminal.Executed.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_terminal_that_restarts_between_command_and_result_has_executed_once(bool forgetful)
    {
        await using var owner = await rig.NewOwnerAsync();
        var before = owner.NewAgent("same", owner.Disk);
        before.Faults.DieAfterNextCommand = true;
        await before.BeatAsync();
        await owner.StatusAsync("active");
        owner.Run(before);

        var alert = owner.AlertAsync(Buy);
        await Eventually.True(() => owner.Terminal.Executed.Count == 1, TimeSpan.FromSeconds(5), "the command is executed");
        var after = owner.NewAgent("same", forgetful ? new AgentDisk() : owner.Disk);
        owner.Run(after);

        var order = (await alert).Json.GetProperty("order_id").GetGuid();
        await Eventually.True(async () => await owner.OrderStatusAsync(order) == "FILLED", TimeSpan.FromSeconds(15), "the order is filled");
        owner.Terminal.Executed.Count.ShouldBe(1);
        owner.Terminal.Positions.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Of_two_terminals_on_one_account_one_executes()
    {
        await using var owner = await rig.NewActiveAsync();
        var second = owner.NewAgent("second");
        using var stop = new CancellationTokenSource();
        var running = second.RunAsync(TimeSpan.FromMilliseconds(20), stop.Token);

        for (var signal = 1; signal <= 5; signal++)
        {
            var answer = await owner.OutcomeAsync($""" "side":"buy","symbol":"EURUSD","qty":{signal} """);
            answer.Text("status").ShouldBe("filled", answer.Json.ToString());
        }

        await stop.CancelAsync();
        await running;
        owner.Terminal.Executed.Count.ShouldBe(5);
        owner.Terminal.Positions.Count.ShouldBe(5);
        second.LastCommands.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_silent_terminal_is_offline_after_three_missed_reports_and_back_with_the_next()
    {
        await using var owner = await rig.NewActiveAsync();
        await owner.OutcomeAsync(Buy);
        await owner.StopAsync();

        await owner.StatusAsync("offline", seconds: 15);
        var entry = await owner.AlertAsync(""" "side":"sell","symbol":"XAUUSD","qty":1 """);
        (entry.Status, entry.Code).ShouldBe((HttpStatusCode.UnprocessableEntity, "broker.offline"));
        entry.Text("error").ShouldContain("has not reported since");
        var notices = (await owner.Person.GetAsync("/api/notifications")).Json.GetProperty("items");
        notices.EnumerateArray().ShouldContain(notice => notice.GetProperty("kind").GetString() == "account.offline");
        var exit = await owner.AlertAsync(""" "action":"close","symbol":"EURUSD" """);
        exit.Status.ShouldBe(HttpStatusCode.Accepted);

        owner.Run();
        await owner.StatusAsync("active");
        await Eventually.True(() => owner.Terminal.Positions.Count == 0, TimeSpan.FromSeconds(20), "the exit that was waiting is executed");
    }

    [Fact]
    public async Task A_report_of_another_login_changes_nothing()
    {
        await using var owner = await rig.NewOwnerAsync();
        var login = owner.Terminal.Login;
        owner.Terminal.Login = "42";

        (await owner.Agent.BeatAsync()).ShouldBe(HttpStatusCode.Conflict);
        owner.Agent.LastAnswer.ShouldContain("logged in as 42");
        (await owner.ReadStatusAsync()).ShouldBe("pending");
        owner.Terminal.Login = login;
        (await owner.Agent.BeatAsync()).ShouldBe(HttpStatusCode.OK);
        await owner.StatusAsync("active");
    }
}
