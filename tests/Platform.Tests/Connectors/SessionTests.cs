using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Opening;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

public sealed class SessionTests(PlatformFixture fixture) : IClassFixture<PlatformFixture>
{
    private static readonly Dictionary<string, string?> ShortDeadlines = new() { ["Connectors:Deadlines:OrderSeconds"] = "1",
        ["Connectors:Deadlines:QuerySeconds"] = "1", ["Connectors:Deadlines:ConnectSeconds"] = "1" };

    [Fact]
    public async Task An_account_has_one_session_however_many_ask_at_once()
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add().Account;

        var sessions =
            await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => rig.SessionAsync(account, default).AsTask()));

        sessions.Distinct().ShouldHaveSingleItem();
        rig.Accounts.Asked.ShouldBe(1);
    }

    [Fact]
    public async Task A_refused_log_in_is_reported_and_not_tried_again_within_the_minute()
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add("wrong-password");
        ConcurrentQueue<SessionLoggedOut> news = [];
        rig.Worker<AccountSessions>().LoggedOut += news.Enqueue;

        for (var i = 0; i < 20; i++)
        {
            var error = await Should.ThrowAsync<ConnectorException>(
                () => rig.SessionAsync(account.Account, default).AsTask());
            error.Kind.ShouldBe(ConnectorErrorKind.Authentication);
            error.Message.ShouldContain("The password is wrong.");
        }

        rig.Accounts.Asked.ShouldBe(1);
        news.ShouldHaveSingleItem().Account.ShouldBe(account.Account);
    }

    [Fact]
    public async Task New_credentials_open_a_session_at_once_after_a_refusal()
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add("wrong-password").Account;
        await Should.ThrowAsync<ConnectorException>(() => rig.SessionAsync(account, default).AsTask());

        rig.Accounts.Change(account, served => served with { Credentials = new Dictionary<string, string> { ["behaviour"] = "" } });
        rig.Api<RedisBus>().Publish(Topics.AccountChanged, account.ToString());

        await OpensAsync(rig, account);
    }

    [Fact]
    public async Task A_step_that_nobody_is_there_to_answer_asks_for_the_user_and_the_same_credentials_go_on_once_the_device_is_trusted()
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add("needs-step");
        ConcurrentQueue<SessionLoggedOut> news = [];
        rig.Worker<AccountSessions>().LoggedOut += news.Enqueue;

        var error =
            await Should.ThrowAsync<ConnectorException>(() => rig.SessionAsync(account.Account, default).AsTask());
        error.Kind.ShouldBe(ConnectorErrorKind.Authentication);
        news.ShouldHaveSingleItem().Reason.ShouldBe("The broker asks for Code from your phone. Connect the account again.");

        await new SealedState(fixture.Database, rig.Worker<SecretBox>(), account.Tenant, account.Account)
            .SetAsync("device", "trusted", default);
        rig.Accounts.Change(account.Account, account => account with { LoggedInAt = account.LoggedInAt.AddSeconds(1) });
        rig.Api<RedisBus>().Publish(Topics.AccountChanged, account.Account.ToString());

        await OpensAsync(rig, account.Account);
    }

    [Fact]
    public async Task A_broker_that_is_down_is_tried_again_with_growing_pauses()
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add("down").Account;

        var first = await Should.ThrowAsync<ConnectorException>(() => rig.SessionAsync(account, default).AsTask());
        var second = await Should.ThrowAsync<ConnectorException>(() => rig.SessionAsync(account, default).AsTask());
        await Eventually.True(async () =>
        {
            await Should.ThrowAsync<ConnectorException>(() => rig.SessionAsync(account, default).AsTask());
            return rig.Accounts.Asked == 2;
        }, TimeSpan.FromSeconds(5), "a second attempt is made after the pause");

        first.Kind.ShouldBe(ConnectorErrorKind.Unreachable);
        second.RetryAfter.ShouldNotBeNull().ShouldBeLessThanOrEqualTo(TimeSpan.FromMilliseconds(250));
    }

    [Fact]
    public async Task A_log_in_that_ends_later_ends_the_session_and_is_reported()
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add().Account;
        ConcurrentQueue<SessionLoggedOut> news = [];
        rig.Worker<AccountSessions>().LoggedOut += news.Enqueue;
        var session = await rig.SessionAsync(account, default);

        await Should.ThrowAsync<ConnectorException>(() => session.Connector.GetQuoteAsync("LOGGEDOUT", default));

        news.ShouldHaveSingleItem().Reason.ShouldBe("The log-in has ended.");
        (await Should.ThrowAsync<ConnectorException>(() => rig.SessionAsync(account, default).AsTask())).Kind
            .ShouldBe(ConnectorErrorKind.Authentication);
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("waits")]
    [InlineData("hangs")]
    [InlineData("blocks")]
    public async Task An_order_that_leaves_the_plugin_without_an_answer_is_unknown(string how)
    {
        await using var rig = await StartAsync();
        var session = await rig.SessionAsync(rig.Accounts.Add().Account, default);

        (await session.Connector.PlaceAsync(Order(how), default)).ShouldBeOfType<OrderOutcome.Unknown>();
        (await session.Connector.PlaceAsync(Order("after"), default)).ShouldBeOfType<OrderOutcome.Accepted>("the session goes on");
    }

    [Fact]
    public async Task A_fault_in_a_query_is_a_connector_exception_without_the_plugins_own()
    {
        await using var rig = await StartAsync();
        var session = await rig.SessionAsync(rig.Accounts.Add().Account, default);

        var error = await Should.ThrowAsync<ConnectorException>(() => session.Connector.GetQuoteAsync("THROWS", default));

        error.Kind.ShouldBe(ConnectorErrorKind.Protocol);
        error.InnerException.ShouldBeNull();
        error.Message.ShouldNotContain("A fault of the plugin.");
    }

    [Fact]
    public async Task A_plugin_that_fails_again_and_again_gets_no_entries_and_all_exits()
    {
        await using var rig = await StartAsync();
        var session = await rig.SessionAsync(rig.Accounts.Add().Account, default);
        for (var i = 0; i < 5; i++) await session.Connector.PlaceAsync(Order("throws"), default);

        await rig.UntilAsync("sample", PluginState.Faulted);
        (await session.Connector.PlaceAsync(Order("fine"), default)).ShouldBeOfType<OrderOutcome.NotSent>();
        (await session.Connector.CancelAsync(new OrderKey { ClientOrderId = "x" }, default)).ShouldBeOfType<OrderOutcome.Accepted>();
        await rig.UntilAsync("sample", PluginState.Active);
        (await session.Connector.PlaceAsync(Order("fine"), default)).ShouldBeOfType<OrderOutcome.Accepted>();
    }

    [Fact]
    public async Task The_end_of_a_session_ends_its_stream_and_refuses_new_orders_as_not_sent()
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add().Account;
        var session = await rig.SessionAsync(account, default);
        await using var updates = session.Connector.StreamAsync(default).GetAsyncEnumerator();
        (await updates.MoveNextAsync()).ShouldBeTrue();
        var next = updates.MoveNextAsync().AsTask();

        await rig.Worker<AccountSessions>().ReleaseAsync(account);

        await Should.ThrowAsync<ConnectorException>(() => next);
        (await session.Connector.PlaceAsync(Order("late"), default)).ShouldBeOfType<OrderOutcome.NotSent>();
    }

    [Fact]
    public async Task Who_asks_after_the_lane_has_gone_opens_no_session_until_it_is_here_again()
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add().Account;
        await rig.SessionAsync(account, default);
        await rig.Worker<AccountSessions>().ReleaseAsync(account);

        var late = await Should.ThrowAsync<ConnectorException>(() => rig.Worker<AccountSessions>().GetAsync(account, default).AsTask());

        late.Message.ShouldBe("The account is not served here now.");
        (await rig.SessionAsync(account, default)).Account.ShouldBe(account);
    }

    [Fact]
    public async Task The_session_of_an_account_that_is_gone_ends_and_is_there_again_with_the_account()
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add();
        var session = await rig.SessionAsync(account.Account, default);
        rig.Accounts.Remove(account.Account);

        rig.Api<RedisBus>().Publish(Topics.AccountChanged, account.Account.ToString());

        await Eventually.True(async () => await session.Connector.PlaceAsync(Order("late"), default) is OrderOutcome.NotSent,
            TimeSpan.FromSeconds(10), "its session has ended");
        rig.Accounts.PutBack(account);
        (await rig.Worker<AccountSessions>().GetAsync(account.Account, default)).Account.ShouldBe(account.Account);
    }

    [Fact]
    public async Task A_session_that_comes_when_nobody_waits_for_it_any_more_is_ended()
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add("late");
        using var left = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Should.ThrowAsync<OperationCanceledException>(() => rig.SessionAsync(account.Account, left.Token).AsTask());

        var state = new SealedState(fixture.Database, rig.Worker<SecretBox>(), account.Tenant, account.Account);
        await Eventually.True(async () => await state.GetAsync("ended", default) == "1", TimeSpan.FromSeconds(10), "it was ended");
    }

    [Fact]
    [Trait("Control", "B1")]
    public async Task What_a_plugin_stores_is_sealed_for_its_account_and_key()
    {
        await using var rig = await StartAsync();
        var account = rig.Accounts.Add();
        var other = rig.Accounts.Add();
        var state = new SealedState(fixture.Database, rig.Worker<SecretBox>(), account.Tenant, account.Account);
        await state.SetAsync("refresh", "a very secret token", default);

        (await state.GetAsync("refresh", default)).ShouldBe("a very secret token");
        (await new SealedState(fixture.Database, rig.Worker<SecretBox>(), other.Tenant, other.Account).GetAsync("refresh", default))
            .ShouldBeNull();
        System.Text.Encoding.UTF8.GetString(await StoredAsync(account.Account)).ShouldNotContain("secret");

        // A row that was moved to another account does not open there.
        await PlatformFixture.ExecuteAsync(fixture.OwnerConnection,
            $"set role {Database.SystemRole}; update connectors.connector_state set account_id = '{other.Account}', tenant_id = '{other.Tenant}' where account_id = '{account.Account}'");
        await Should.ThrowAsync<System.Security.Cryptography.CryptographicException>(async () =>
            await new SealedState(fixture.Database, rig.Worker<SecretBox>(), other.Tenant, other.Account).GetAsync("refresh", default));
        await Should.ThrowAsync<ArgumentException>(
            async () => await state.SetAsync("big", new string('x', SealedState.MaxBytes + 1), default));
        await state.SetAsync("refresh", null, default);
    }

    [Fact]
    public async Task An_order_through_a_session_reaches_the_endpoint_that_the_operator_set()
    {
        using var server = new RawServer();
        // With the ordinary deadlines: this one really goes over a wire, and a busy machine takes its time.
        await using var rig = await WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample"),
            settings: new() { ["Brokers:sample:ApiUrl"] = server.Address.ToString() });
        var session = await rig.SessionAsync(rig.Accounts.Add().Account, default);

        (await session.Connector.PlaceAsync(Order("posts"), default)).ShouldBe(new OrderOutcome.Accepted("200"));

        server.Requests.ShouldHaveSingleItem().ShouldStartWith("POST /orders");
    }

    [Theory]
    [InlineData(1, "manner", null, null)]
    [InlineData(1, "something else", ConnectorErrorKind.Authentication, "Connect the account again.")]
    [InlineData(3, "behaviour", ConnectorErrorKind.Misconfigured, "newer version of the Sample connector")]
    public async Task Credentials_of_another_version_of_the_form_are_upgraded_or_refused_in_words(
        int storedVersion, string key, ConnectorErrorKind? refused, string? words)
    {
        await using var rig = await WorkerRig.StartAsync(fixture,
            folders => folders.Drop("Good", "Sample", ("\"connect\": {", "\"connect\": { \"schemaVersion\": 2,")));
        var account = rig.Accounts.Add(change: account =>
            account with { Credentials = new Dictionary<string, string> { [key] = "" }, SchemaVersion = storedVersion }).Account;

        var open = () => rig.SessionAsync(account, default).AsTask();

        if (refused is null)
        {
            (await open()).Connector.ShouldNotBeNull();
            return;
        }
        var error = await Should.ThrowAsync<ConnectorException>(open);
        error.Kind.ShouldBe(refused.Value);
        error.Message.ShouldContain(words!); // given with the kind
    }

    [Fact]
    public async Task A_mode_for_development_is_not_offered_elsewhere()
    {
        await using var rig = await WorkerRig.StartAsync(fixture, folders =>
        {
            folders.Drop("Good", "Sample");
            File.WriteAllText(Path.Combine(folders.Location, PluginLock.FileName), PluginLock.Write(folders.Location));
        }, environment: "Production");

        var error = await Should.ThrowAsync<ConnectorException>(
            () => rig.Worker<SessionFactory>().ConnectAsync(new LogIn("sample", "sim", new Dictionary<string, string>(), null), default));

        error.Kind.ShouldBe(ConnectorErrorKind.Misconfigured);
    }

    [Fact]
    public async Task What_is_asked_of_a_worker_before_it_has_read_its_plugins_waits_for_them()
    {
        Task<AccountSession>? opening = null;
        await using var rig = await WorkerRig.StartAsync(fixture,
            folders => folders.Drop("Good", "Sample", ("\"connect\": {", "\"connect\": { \"schemaVersion\": 2,")),
            beforeStart: (worker, accounts) =>
            {
                // Of an older version of the form: the broker hears of this password only when they were upgraded.
                var account = accounts.Add(change: one =>
                    one with { Credentials = new Dictionary<string, string> { ["manner"] = "wrong-password" }, SchemaVersion = 1 }).Account;
                worker.GetRequiredService<AccountSessions>().Serve(account);
                opening = worker.GetRequiredService<AccountSessions>().GetAsync(account, default).AsTask();
                opening.IsCompleted.ShouldBeFalse();
            });

        (await Should.ThrowAsync<ConnectorException>(opening.ShouldNotBeNull())).Message.ShouldContain("The password is wrong.");
    }

    private Task<WorkerRig> StartAsync() =>
        WorkerRig.StartAsync(fixture, folders => folders.Drop("Good", "Sample"), settings: new(ShortDeadlines));

    private static Task OpensAsync(WorkerRig rig, AccountId account) => Eventually.True(async () =>
    {
        try
        {
            await rig.SessionAsync(account, default);
            return true;
        }
        catch (ConnectorException)
        {
            return false;
        }
    }, TimeSpan.FromSeconds(10), "the new log-in is used");

    private async Task<byte[]> StoredAsync(AccountId account)
    {
        await using var command =
            fixture.Database.System.CreateCommand("select sealed from connectors.connector_state where account_id = $1");
        command.Parameters.AddWithValue(account.Value);
        return (byte[])(await command.ExecuteScalarAsync())!; // stored above
    }

    internal static PlaceOrder Order(string clientOrderId) => new()
    {
        ClientOrderId = clientOrderId,
        Instrument = new Instrument { Symbol = "EURUSD", BrokerSymbol = "EURUSD.R", TickSize = 0.00001m, QuantityStep = 0.01m,
            MinQuantity = 0.01m, ContractSize = 100_000m, QuantityUnit = QuantityUnit.Lots },
        Side = Side.Buy,
        Type = OrderType.Market,
        Quantity = 1m,
    };
}
