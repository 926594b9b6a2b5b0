using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

public sealed class JobTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly TenantId tenant = new(Guid.CreateVersion7());

    [Fact]
    public async Task A_log_in_is_tried_in_the_worker_and_tells_the_accounts()
    {
        await using var rig = await StartAsync();

        var answer = await ConnectAsync(rig, "");

        answer.Outcome.ShouldBe(ConnectAnswer.Connected);
        answer.Account!.Id.ShouldBe("1");
        answer.Snapshot!.Balance.ShouldBe(1.0m);
        rig.Plugins.Find("sample")!.Users.ShouldBe(0, "a log-in that was only tried leaves no session behind");
    }

    [Theory]
    [InlineData("wrong-password", ConnectAnswer.CredentialsRejected)]
    [InlineData("two-accounts", ConnectAnswer.ChooseAccount)]
    [InlineData("down", ConnectAnswer.Unreachable)]
    [InlineData("throws", ConnectAnswer.Unreachable)]
    [InlineData("hangs", ConnectAnswer.Unreachable)]
    public async Task A_log_in_that_does_not_work_says_how(string behaviour, string outcome)
    {
        await using var rig = await StartAsync();

        var answer = await ConnectAsync(rig, behaviour);

        answer.Outcome.ShouldBe(outcome);
        if (outcome == ConnectAnswer.CredentialsRejected)
            answer.Problems.ShouldBe([new FieldProblem("behaviour", "The password is wrong.")]);
        if (outcome == ConnectAnswer.ChooseAccount) answer.Accounts.Select(account => account.Id).ShouldBe(["1", "2"]);
        if (outcome == ConnectAnswer.Unreachable) answer.Message.ShouldNotBeNullOrEmpty();
        rig.Plugins.Find("sample")!.Users.ShouldBe(0);
    }

    [Fact]
    public async Task Without_redis_a_question_is_answered_all_the_same()
    {
        await using var rig = await StartAsync(new() { ["ConnectionStrings:redis"] = "127.0.0.1:1" });

        (await ConnectAsync(rig, "")).Outcome.ShouldBe(ConnectAnswer.Connected);
    }

    [Fact]
    public async Task A_worker_says_which_questions_it_does_not_know()
    {
        await using var rig = await WorkerRig.StartAsync(fixture);

        var result = await rig.Api<JobClient>().RunAsync("unheard_of", tenant, null, "{}", TimeSpan.FromSeconds(5), default);

        result.Status.ShouldBe(JobStatus.Failed);
        JsonSerializer.Deserialize(result.Json!, ConnectorsJson.Default.JobFailure)!.Message.ShouldContain("unheard_of");
    }

    [Fact]
    public async Task A_question_that_no_worker_answers_is_one_of_which_nothing_is_known()
    {
        await using var rig = await WorkerRig.StartAsync(fixture);
        var alone = new JobClient(new WorkerCalls(() => null, NullLogger<WorkerCalls>.Instance), rig.Api<SecretBox>(), TimeProvider.System);

        (await alone.RunAsync(JobKinds.Quote, tenant, null, "{}", Soon, default)).ShouldBe(new JobResult(JobStatus.TimedOut, null));
        (await alone.ConnectAsync(tenant, Request(""), Soon, default)).Outcome.ShouldBe(ConnectAnswer.Unreachable);
    }

    [Fact]
    [Trait("Control", "B1")]
    public async Task A_question_is_sealed_on_its_way()
    {
        await using var rig = await StartAsync();

        await ConnectAsync(rig, "two-accounts");

        var crossed = rig.Asked.ShouldHaveSingleItem().Question;
        Encoding.UTF8.GetString(crossed.Sealed).ShouldNotContain("two-accounts");
        crossed.ToString().ShouldBe($"connect {crossed.Id}");
        // Nor does it open anything for another tenant, or as another question.
        (await rig.Worker<QuestionDesk>().AnswerAsync(crossed with { Tenant = Guid.NewGuid() })).ShouldBeNull();
        (await rig.Worker<QuestionDesk>().AnswerAsync(crossed with { Id = Guid.NewGuid() })).ShouldBeNull();
    }

    [Fact]
    public async Task What_is_asked_about_an_account_is_asked_of_its_lane_and_the_rest_of_any_worker()
    {
        await using var rig = await StartAsync();
        var account = rig.AddServed();

        await rig.Api<QuoteClient>().FindAsync(account.Tenant, account.Account, "EURUSD.R", Soon, default);
        await ConnectAsync(rig, "");

        rig.Asked.Select(one => (one.Desk, one.Key)).ShouldBe([(typeof(IAccountDesk), account.Account.Value), (typeof(IBrokerDesk), 0L)]);
    }

    [Fact]
    public async Task A_question_that_comes_too_late_is_not_put()
    {
        await using var rig = await StartAsync();
        await ConnectAsync(rig, "");
        var (question, opened) = (rig.Asked.Single().Question, rig.Accounts.Asked);

        var answer = await rig.Worker<QuestionDesk>().AnswerAsync(question with { Until = DateTimeOffset.UtcNow });

        answer.ShouldNotBeNull().Json.ShouldContain("It was too late.");
        rig.Accounts.Asked.ShouldBe(opened);
    }

    [Fact]
    public async Task A_lane_that_ends_waits_for_no_question()
    {
        await using var rig = await StartAsync();
        var account = rig.AddServed("hangs");
        using var ending = new CancellationTokenSource();
        await ending.CancelAsync();
        await rig.Api<QuoteClient>().FindAsync(account.Tenant, account.Account, "EURUSD.R", TimeSpan.FromMilliseconds(1), default);
        var question = rig.Asked.Single().Question with { Until = DateTimeOffset.UtcNow.AddMinutes(1) };

        (await rig.Worker<QuestionDesk>().AnswerAsync(question, ending.Token)).ShouldNotBeNull().IsFailure.ShouldBeTrue();
    }

    [Fact]
    public async Task A_symbol_is_asked_of_the_broker_once_and_then_known_in_both_processes()
    {
        await using var rig = await StartAsync();
        var account = rig.AddServed();

        var first = await rig.Api<InstrumentDirectory>().FindAsync(account.Tenant, account.Account, "eurusd", default);
        var again = await rig.Api<InstrumentDirectory>().FindAsync(account.Tenant, account.Account, "eurusd", default);
        var inWorker = await rig.Worker<InstrumentDirectory>().FindAsync(account.Tenant, account.Account, "EURUSD.r", default);

        var found = first.ShouldBeOfType<InstrumentAnswer.Found>().Instrument;
        found.BrokerSymbol.ShouldBe("EURUSD.R");
        found.TickSize.ShouldBe(0.00001m);
        again.ShouldBe(first);
        inWorker.ShouldBeOfType<InstrumentAnswer.Found>().Instrument.Description.ShouldBe(found.Description, "the broker was asked once");
    }

    [Fact]
    [Trait("Control", "T4")]
    public async Task An_unknown_symbol_brings_suggestions_and_no_other_tenant_sees_the_known_ones()
    {
        await using var rig = await StartAsync();
        var account = rig.AddServed();
        await rig.Api<InstrumentDirectory>().FindAsync(account.Tenant, account.Account, "GBPUSD", default);

        var unknown = await rig.Api<InstrumentDirectory>().FindAsync(account.Tenant, account.Account, "EURUDS", default);
        var foreign = await ForeignRowsAsync();

        unknown.ShouldBeOfType<InstrumentAnswer.UnknownSymbol>().Problem.Names.ShouldContain("EURUSD");
        foreign.ShouldBe(0L);
    }

    [Fact]
    public async Task A_broker_that_is_away_makes_no_symbol_unknown()
    {
        await using var rig = await StartAsync();
        var account = rig.AddServed("down");

        var answer = await rig.Api<InstrumentDirectory>().FindAsync(account.Tenant, account.Account, "EURUSD", default);

        answer.ShouldBeOfType<InstrumentAnswer.Unavailable>().Reason.ShouldBe("The broker is down.");
    }

    [Fact]
    public async Task A_quote_comes_from_the_accounts_own_session()
    {
        await using var rig = await StartAsync();
        var account = rig.AddServed();

        var quote = await rig.Api<QuoteClient>().FindAsync(account.Tenant, account.Account, "EURUSD.R", Soon, default);

        quote!.Bid.ShouldBe(1.1m);
        quote.Ask.ShouldBe(1.2m);
    }

    [Fact]
    public async Task Choices_come_from_the_connector_and_one_that_never_answers_holds_up_no_orders()
    {
        await using var rig = await StartAsync(new() { ["Connectors:Deadlines:OptionsSeconds"] = "0.2" });

        var (options, _) = await ListAsync("");
        options!.Select(option => (option.Value, option.Label)).ShouldBe([("demo-fx", "Currencies"), ("demo-desks", null)]);
        (await ListAsync("down")).Why.ShouldBe("The broker is down.");
        for (var i = 0; i < 6; i++) (await ListAsync("hangs")).Why.ShouldBe("The connector of Sample did not answer in time.");
        rig.Plugins.Find("sample")!.Breaker.IsOpen.ShouldBeFalse();
        rig.Plugins.Find("sample")!.Users.ShouldBe(0);

        Task<(IReadOnlyList<FieldOption>? Options, string? Why)> ListAsync(string behaviour) =>
            rig.Api<OptionsClient>().AskAsync(tenant, new OptionsRequestBody("sample", "demo", "desks",
                new Dictionary<string, string> { ["behaviour"] = behaviour }), "1.0.0", default);
    }

    private Task<WorkerRig> StartAsync(Dictionary<string, string?>? settings = null) =>
        WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample"),
            settings: new(new Dictionary<string, string?> { ["Connectors:Deadlines:ConnectSeconds"] = "1.5" }.Concat(settings ?? [])));

    private Task<ConnectAnswer> ConnectAsync(WorkerRig rig, string behaviour) =>
        rig.Api<JobClient>().ConnectAsync(tenant, Request(behaviour), Soon, default);

    private static ConnectRequestBody Request(string behaviour) =>
        new() { Broker = "example", Mode = "demo", Credentials = new Dictionary<string, string> { ["behaviour"] = behaviour } };

    private async Task<object?> ForeignRowsAsync()
    {
        await using var connection = await fixture.Database.App.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            $"select set_config('app.tenant', '{Guid.CreateVersion7()}', true); select count(*) from connectors.instruments",
            connection, transaction);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.NextResultAsync();
        await reader.ReadAsync();
        return reader.GetInt64(0);
    }
}
