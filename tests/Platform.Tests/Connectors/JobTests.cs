using System.Diagnostics;
using System.Text;
using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
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
        if (outcome == ConnectAnswer.CredentialsRejected) answer.Problems.ShouldBe([new FieldProblem("behaviour", "The password is wrong.")]);
        if (outcome == ConnectAnswer.ChooseAccount) answer.Accounts.Select(account => account.Id).ShouldBe(["1", "2"]);
        if (outcome == ConnectAnswer.Unreachable) answer.Message.ShouldNotBeNullOrEmpty();
        rig.Plugins.Find("sample")!.Users.ShouldBe(0);
    }

    [Fact]
    public async Task Without_redis_a_job_takes_a_little_longer_and_is_answered()
    {
        await using var rig = await StartAsync(new() { ["ConnectionStrings:redis"] = "127.0.0.1:1" });
        var watch = Stopwatch.StartNew();

        var answer = await ConnectAsync(rig, "");

        answer.Outcome.ShouldBe(ConnectAnswer.Connected);
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Nobody_answers_a_question_without_a_worker()
    {
        await using var rig = await WorkerRig.StartAsync(fixture);

        var result = await rig.Api<JobClient>().RunAsync("unheard_of", tenant, null, "{}", TimeSpan.FromSeconds(5), default);

        result.Status.ShouldBe(JobStatus.Failed);
        JsonSerializer.Deserialize(result.Json!, ConnectorsJson.Default.JobFailure)!.Message.ShouldContain("unheard_of");
    }

    [Fact]
    [Trait("Control", "B1")]
    public async Task A_question_is_sealed_while_it_waits_and_gone_when_it_is_answered()
    {
        await using var rig = await StartAsync();
        var asking = rig.Api<JobClient>().ConnectAsync(tenant, Request("hangs"), TimeSpan.FromSeconds(20), default);
        byte[] waiting = [];
        await Eventually.True(async () => (waiting = await RequestOfLastJobAsync()).Length > 0, Soon, "the job is recorded");

        Encoding.UTF8.GetString(waiting).ShouldNotContain("hangs");
        await asking;
        (await RequestOfLastJobAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_job_that_is_too_old_is_not_run()
    {
        await using var rig = await StartAsync();
        var id = Guid.CreateVersion7();
        await PlatformFixture.ExecuteAsync(fixture.OwnerConnection, $"""
            set role {Database.SystemRole};
            insert into connectors.jobs (id, tenant_id, kind, request, expires_at) values ('{id}', '{tenant}', 'connect', ''::bytea, now() - interval '1 second')
            """);

        (await ConnectAsync(rig, "")).Outcome.ShouldBe(ConnectAnswer.Connected);

        (await ScalarAsync($"select status from connectors.jobs where id = '{id}'")).ShouldBe("queued");
    }

    [Fact]
    public async Task A_symbol_is_asked_of_the_broker_once_and_then_known_in_both_processes()
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add();

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
        var account = rig.Accounts.Add();
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
        var account = rig.Accounts.Add("down");

        var answer = await rig.Api<InstrumentDirectory>().FindAsync(account.Tenant, account.Account, "EURUSD", default);

        answer.ShouldBeOfType<InstrumentAnswer.Unavailable>().Reason.ShouldBe("The broker is down.");
    }

    [Fact]
    public async Task A_quote_comes_from_the_accounts_own_session()
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add();

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
            rig.Api<OptionsClient>().AskAsync(tenant, new OptionsRequestBody("sample", "demo", "desks", new Dictionary<string, string> { ["behaviour"] = behaviour }), "1.0.0", default);
    }

    private Task<WorkerRig> StartAsync(Dictionary<string, string?>? settings = null) =>
        WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample"), settings: new(new Dictionary<string, string?> { ["Connectors:Deadlines:ConnectSeconds"] = "1.5" }.Concat(settings ?? [])));

    private Task<ConnectAnswer> ConnectAsync(WorkerRig rig, string behaviour) => rig.Api<JobClient>().ConnectAsync(tenant, Request(behaviour), Soon, default);

    private static ConnectRequestBody Request(string behaviour) => new() { Broker = "example", Mode = "demo", Credentials = new Dictionary<string, string> { ["behaviour"] = behaviour } };

    private async Task<byte[]> RequestOfLastJobAsync() => await ScalarAsync("select request from connectors.jobs order by created_at desc limit 1") as byte[] ?? [];

    private async Task<object?> ForeignRowsAsync()
    {
        await using var connection = await fixture.Database.App.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new Npgsql.NpgsqlCommand($"select set_config('app.tenant', '{Guid.CreateVersion7()}', true); select count(*) from connectors.instruments", connection, transaction);
        await using var reader = await command.ExecuteReaderAsync();
        await reader.NextResultAsync();
        await reader.ReadAsync();
        return reader.GetInt64(0);
    }

    private async Task<object?> ScalarAsync(string sql)
    {
        await using var command = fixture.Database.System.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}
