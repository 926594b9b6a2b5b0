using System.Text;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Opening;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>A log-in in several steps, from the Api's question to the connector and back.</summary>
public sealed class LogInStepTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    private readonly TenantId tenant = new(Guid.CreateVersion7());

    [Fact]
    [Trait("Control", "B1")]
    public async Task A_step_comes_back_with_its_fields_and_what_the_connector_wrote_and_lies_open_nowhere()
    {
        await using var rig = await StartAsync();

        var answer = await AskAsync(rig, "needs-step");

        answer.Outcome.ShouldBe(ConnectAnswer.NeedsStep);
        var step = Open(rig, answer);
        step.Fields!.ShouldHaveSingleItem().InputMode.ShouldBe("numeric");
        step.Notice.ShouldBe("We have sent a code to the phone that ends in 42.");
        step.State.ShouldBe(new Dictionary<string, string> { ["asked"] = "code" });
        rig.Api<LogInSteps>().Open(new TenantId(Guid.CreateVersion7()), answer.Continuation!)
            .ShouldBeNull("another tenant cannot go on with it");
        NothingLiesOpen(rig, "asked", "needs-step");
    }

    [Fact]
    public async Task The_right_answer_ends_in_the_account_with_what_the_connector_keeps()
    {
        await using var rig = await StartAsync();
        var step = Open(rig, await AskAsync(rig, "needs-step"));

        var answer = await AskAsync(rig, "needs-step", step, ("code", "123456"));

        answer.Outcome.ShouldBe(ConnectAnswer.Connected);
        Open(rig, answer).State.ShouldBe(new Dictionary<string, string> { ["device"] = "trusted" });
        rig.Plugins.Find("sample")!.Users.ShouldBe(0);
        NothingLiesOpen(rig, "123456", "trusted");
    }

    [Fact]
    public async Task A_wrong_answer_leaves_the_step_as_it_was()
    {
        await using var rig = await StartAsync();
        var step = Open(rig, await AskAsync(rig, "needs-step"));

        var wrong = await AskAsync(rig, "needs-step", step, ("code", "654321"));

        wrong.Outcome.ShouldBe(ConnectAnswer.CredentialsRejected);
        wrong.Problems.ShouldHaveSingleItem().Field.ShouldBe("code");
        Open(rig, wrong).Fields!.ShouldHaveSingleItem().Key.ShouldBe("code");
        (await AskAsync(rig, "needs-step", Open(rig, wrong), ("code", "123456"))).Outcome.ShouldBe(ConnectAnswer.Connected);
    }

    [Fact]
    public async Task After_two_steps_the_account_is_chosen_without_answering_again()
    {
        await using var rig = await StartAsync();
        var first = Open(rig, await AskAsync(rig, "needs-steps"));
        var second = Open(rig, await AskAsync(rig, "needs-steps", first, ("code", "123456")));
        second.Fields!.ShouldHaveSingleItem().Key.ShouldBe("pin");

        var choice = await AskAsync(rig, "needs-steps", second, ("pin", "0000"));
        choice.Outcome.ShouldBe(ConnectAnswer.ChooseAccount);
        Open(rig, choice).Fields.ShouldBeNull();

        var chosen = await rig.Api<JobClient>().ConnectAsync(tenant,
            Request("needs-steps") with { BrokerAccountId = "1", Step = Open(rig, choice) }, TimeSpan.FromSeconds(10), default);
        chosen.Outcome.ShouldBe(ConnectAnswer.Connected);
        Open(rig, chosen).State.ShouldBe(new Dictionary<string, string> { ["device"] = "trusted" });
    }

    [Fact]
    public async Task A_step_that_cannot_be_shown_is_a_fault_of_the_connector()
    {
        await using var rig = await StartAsync();

        var answer = await AskAsync(rig, "bad-step");

        answer.Outcome.ShouldBe(ConnectAnswer.Unreachable);
        answer.Message.ShouldBe("The connector of Sample failed (FormatException).");
    }

    [Fact]
    public async Task What_a_log_in_may_store_has_the_limits_of_an_account_and_one_for_all()
    {
        var state = new LogInState(new Dictionary<string, string>());
        var large = new string('x', SealedState.MaxBytes);

        await Should.ThrowAsync<ArgumentException>(async () => await state.SetAsync("big", large + "x", default));
        for (var i = 0; i < 3; i++) await state.SetAsync($"{i}", large, default);
        await state.SetAsync("0", large, default);
        await Should.ThrowAsync<ArgumentException>(async () => await state.SetAsync("3", large, default));
    }

    [Fact]
    public void A_log_in_is_told_apart_by_every_part_of_it()
    {
        string[] all =
        [
            LogInSteps.LogInOf("a", "demo", new Dictionary<string, string> { ["user"] = "x", ["password"] = "y" }),
            LogInSteps.LogInOf("b", "demo", new Dictionary<string, string> { ["user"] = "x", ["password"] = "y" }),
            LogInSteps.LogInOf("a", "live", new Dictionary<string, string> { ["user"] = "x", ["password"] = "y" }),
            LogInSteps.LogInOf("a", "demo", new Dictionary<string, string> { ["user"] = "x", ["password"] = "z" }),
            LogInSteps.LogInOf("a", "demo", new Dictionary<string, string> { ["user"] = "x\",\"password\",\"y" }),
        ];

        all.Distinct().Count().ShouldBe(all.Length);
        LogInSteps.LogInOf("a", "demo", new Dictionary<string, string> { ["password"] = "y", ["user"] = "x" })
            .ShouldBe(all[0], "the order does not count");
    }

    private Task<WorkerRig> StartAsync() => WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample"));

    private Task<ConnectAnswer> AskAsync(
        WorkerRig rig, string behaviour, LogInStep? step = null, params (string Key, string Value)[] answers) =>
        rig.Api<JobClient>().ConnectAsync(
            tenant, Request(behaviour) with { Step = step, Answers = answers.ToDictionary(answer => answer.Key, answer => answer.Value) },
            TimeSpan.FromSeconds(10), default);

    private static ConnectRequestBody Request(string behaviour) =>
        new() { Broker = "sample", Mode = "demo", Credentials = new Dictionary<string, string> { ["behaviour"] = behaviour } };

    private LogInStep Open(WorkerRig rig, ConnectAnswer answer) =>
        rig.Api<LogInSteps>().Open(tenant, answer.Continuation.ShouldNotBeNull(answer.ToString())).ShouldNotBeNull();

    private static void NothingLiesOpen(WorkerRig rig, params string[] words)
    {
        foreach (var word in words)
            rig.Asked.ShouldAllBe(one => !Encoding.UTF8.GetString(one.Question.Sealed).Contains(word, StringComparison.Ordinal), word);
    }
}
