using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Jobs;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Cluster;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>Of several workers the one that has the lane of an account answers what is asked about it: its session is there.</summary>
public sealed class JobHolderTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    private readonly TenantId tenant = new(Guid.CreateVersion7());

    [Fact]
    public async Task What_is_asked_about_an_account_is_answered_where_its_lane_is()
    {
        var (held, waiting, unserved) = (await AccountAsync("active", "one"), await AccountAsync("active", holder: null), await AccountAsync("pending", holder: null));
        var (ofHeld, ofWaiting, ofUnserved, ofNone) = (await AskAsync(held), await AskAsync(waiting), await AskAsync(unserved), await AskAsync(null));

        (await TakenByAsync("two")).ShouldBe([ofUnserved, ofNone], ignoreOrder: true);
        (await TakenByAsync("one")).ShouldBe([ofHeld]);
        await PlatformFixture.ExecuteAsync(platform.OwnerConnection, $"set role {Database.SystemRole}; update trading.lanes set holder = 'two' where account_id = '{waiting}'");
        (await TakenByAsync("one")).ShouldBeEmpty();
        (await TakenByAsync("two")).ShouldBe([ofWaiting]);
    }

    private async Task<IEnumerable<Guid>> TakenByAsync(string worker) =>
        (await new JobStore(platform.Database, platform.Secrets, NullLogger<JobStore>.Instance, new Named(worker)).ClaimAsync(10, default)).Select(job => job.Id);

    private async Task<Guid> AccountAsync(string status, string? holder)
    {
        var account = Guid.CreateVersion7();
        await PlatformFixture.ExecuteAsync(platform.OwnerConnection, $"""
            set role {Database.SystemRole};
            insert into tenancy.tenants (id, slug, name) values ('{tenant}', '{tenant}', 'Test') on conflict do nothing;
            insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status)
                values ('{account}', '{tenant}', '{Guid.NewGuid()}', 'scripted', 'Test', 'demo', '{account}', 'USD', '{status}');
            insert into trading.lanes (account_id, tenant_id, holder) values ('{account}', '{tenant}', {(holder is null ? "null" : $"'{holder}'")});
            """);
        return account;
    }

    private async Task<Guid> AskAsync(Guid? account)
    {
        var id = Guid.CreateVersion7();
        await using var command = platform.Database.System.CreateCommand(
            "insert into connectors.jobs (id, tenant_id, account_id, kind, request, expires_at) values ($1, $2, $3, 'quote', $4, now() + interval '1 minute')");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddId(account);
        command.Parameters.AddWithValue(platform.Secrets.Seal(tenant, "{}", JobClient.SealOwner(id)));
        await command.ExecuteNonQueryAsync();
        return id;
    }

    private sealed class Named(string name) : IWorkers
    {
        public string Self => name;
        public IReadOnlyCollection<string> Living => [name];
        public bool IsOpen => true;

        public Task WatchAsync(Action changed, CancellationToken ct) => Task.Delay(Timeout.Infinite, ct);
    }
}
