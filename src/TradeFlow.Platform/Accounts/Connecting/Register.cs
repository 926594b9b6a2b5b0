using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Billing.Contracts;
using TradeFlow.Platform.Billing.Plans;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Accounts.Connecting;

/// <summary>
/// Connects a broker account. The log-in is tried before anything is stored. The same broker account again is <c>409</c>: new credentials
/// for it go to <c>/api/accounts/{id}/reconnect</c>, which keeps its key, so that alerts that run do not break.
/// </summary>
internal static class Register
{
    /// <param name="ApiKey">The whole key, this once without asking: it goes into the alert.</param>
    /// <param name="AgentKey">The same for the account's terminal, where a terminal reports for it.</param>
    internal sealed record View(
        Guid Id, string Broker, string Name, string? Email, string? Server, string Mode, string Status, bool Enabled, decimal? Balance,
        decimal? Equity, string Currency, string ApiKey,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? AgentKey);

    /// <param name="Agent">For the account's terminal, where a terminal reports for it.</param>
    private sealed record Keys(string Api, string? Agent);

    internal static async Task<Results<Created<View>, ProblemHttpResult>> Handle(
        string broker, JsonElement body, HttpResponse response, TenantContext tenant, PluginCatalogue catalogue, BrokerLogIn logIn,
        Entitlements entitlements, TrialUse trials, TenantDb db, StoredKeys keys, SecretBox box, RedisBus bus, AuditLog audit,
        TimeProvider clock, CancellationToken ct)
    {
        if (catalogue.Find(broker.ToLowerInvariant()) is not { } entry) return Problem.NotFound();
        var (done, problem) = await logIn.TryAsync(entry, body, response, brokerAccount: null, ct);
        if (done is null) return problem!; // one of the two is always there

        var account = AccountOf(done, tenant, clock);
        if (await HadItsTrialAsync(account, tenant.Tenant, entitlements, trials, ct))
            return Problem.Of(StatusCodes.Status402PaymentRequired, BillingProblems.TrialUsed,
                "This broker log-in has had its trial in another workspace. Upgrade to connect it here.");
        var made = new Keys(
            ApiKeys.Make(account.Broker, account.Id, KeyScope.Api),
            account.Status == AccountStatuses.Pending ? ApiKeys.Make(account.Broker, account.Id, KeyScope.Agent) : null);
        if (await StoreAsync(account, made, done, tenant, entitlements, db, keys, box, audit, clock, ct) is { } refused) return refused;
        bus.Publish(Topics.AccountChanged, account.Id.ToString());
        return TypedResults.Created($"/api/accounts/{account.Id}",
            new View(account.Id.Value, account.Broker, account.Name, account.Login, account.Server, account.Mode, account.Status,
                account.Enabled, account.Balance, account.Equity, account.Currency, made.Api, made.Agent));
    }

    private static Account AccountOf(LoggedIn done, TenantContext tenant, TimeProvider clock)
    {
        var login = done.Manifest.Connect.LoginField is { } field ? done.Body.Credentials.GetValueOrDefault(field) : null;
        var status = done.Manifest.Connect.Flow == ConnectForm.AgentFlow ? AccountStatuses.Pending : AccountStatuses.Active;
        return new Account
        {
            Id = new AccountId(NewId.At(clock)), TenantId = tenant.Tenant, UserId = tenant.User, Broker = done.Manifest.Slug,
            Name = NameOf(done), Login = login, Server = done.Body.Credentials.GetValueOrDefault("server"), Mode = done.Body.Mode,
            BrokerAccountId = done.Account.Id, Currency = done.Account.Currency, Status = status,
            Balance = done.Snapshot?.Balance ?? done.Account.Balance, Equity = done.Snapshot?.Equity ?? done.Account.Balance,
            LastSync = done.Snapshot is null ? null : clock.GetUtcNow(), CreatedAt = clock.GetUtcNow(),
        };
    }

    // Asked once the broker has let the person in: nobody else learns it. A log-in that asks for nothing, or at a simulator, can be made at
    // will.
    private static async Task<bool> HadItsTrialAsync(
        Account account, TenantId tenant, Entitlements entitlements, TrialUse trials, CancellationToken ct) =>
            account is { Login: { Length: > 0 } login, Mode: not "sim" }
                && (await entitlements.FindAsync(tenant, ct)).Plan.Slug == PlanCatalogue.TrialSlug
                && await trials.IsUsedUpAsync(tenant, account.Broker, account.Server, login, ct);

    private static string NameOf(LoggedIn done)
    {
        var name = done.Body.Name is { } chosen && chosen.Trim().Length > 0 ? chosen.Trim() : done.Account.Name is { Length: > 0 } theirs
            ? theirs : done.Manifest.Name;
        return name[..Math.Min(name.Length, 100)];
    }

    /// <returns>Why it was not stored, or <c>null</c> when it was.</returns>
    private static async Task<ProblemHttpResult?> StoreAsync(
        Account account, Keys made, LoggedIn done, TenantContext tenant, Entitlements entitlements, TenantDb db, StoredKeys keys,
        SecretBox box, AuditLog audit, TimeProvider clock, CancellationToken ct) =>
        await db.RunAsync(async set =>
        {
            var connection = (NpgsqlConnection)set.Database.GetDbConnection();
            // One at a time per tenant: accounts that are connected side by side must not get past the limit together.
            var entitlement = await entitlements.LockAsync(tenant.Wall, connection, ct);
            if (await FindAsync(account, set, ct) is { } existing) return AlreadyConnected(existing);
            if (await AccountsWithinPlan.LimitForOneMoreAsync(entitlement, account.Broker, connection, ct) is { } limit)
                return BeyondPlan(limit, entitlement.Plan);
            set.Add(account);
            await set.SaveChangesAsync(ct);
            await StoreLogInAsync(connection, account.Id, done, tenant.Tenant, box, clock, ct);
            await keys.AddAsync(connection, made.Api, tenant.Tenant, account.Id, KeyScope.Api, ct);
            if (made.Agent is { } agent)
            {
                var key = await keys.AddAsync(connection, agent, tenant.Tenant, account.Id, KeyScope.Agent, ct);
                await AgentPairing.CreateAsync(
                    connection, tenant.Tenant, account.Id, account.BrokerAccountId, account.Server ?? "", account.Mode, key, ct);
            }
            await AccountsWithinPlan.ApplyAsync(tenant.Wall, entitlement.Plan.Limits, connection, ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "account.connected", account.Id.ToString(), null, connection, ct);
            return null;
        }, ct);

    private static Task<Guid?> FindAsync(Account account, TradeFlowDb set, CancellationToken ct) => set.Set<Account>()
        .Where(row => row.Broker == account.Broker && row.Mode == account.Mode && row.Server == account.Server
            && row.BrokerAccountId == account.BrokerAccountId && row.DeletedAt == null)
        .Select(row => (Guid?)row.Id.Value).FirstOrDefaultAsync(ct);

    private static ProblemHttpResult AlreadyConnected(Guid existing) => Problem.Of(StatusCodes.Status409Conflict,
        AccountProblems.AlreadyConnected, "This broker account is connected already. To change its credentials, reconnect it.",
        new Dictionary<string, object?> { ["account_id"] = existing });

    private static ProblemHttpResult BeyondPlan(AccountLimit limit, Plan plan) =>
        Problem.Of(StatusCodes.Status402PaymentRequired, BillingProblems.PlanLimitReached, limit.Text, new Dictionary<string, object?>
        {
            ["limit_name"] = limit.Name, ["limit"] = limit.Limit, ["value"] = limit.Value, ["plan"] = plan.Slug
        });

    /// <summary>Stores what it takes to log in again: the credentials, and what the connector wrote down on the way.</summary>
    internal static async Task StoreLogInAsync(
        NpgsqlConnection connection, AccountId account, LoggedIn done, TenantId tenant, SecretBox box, TimeProvider clock,
        CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            insert into accounts.account_secrets (account_id, tenant_id, sealed, schema_version, updated_at) values ($1, $2, $3, $4, $5)
            on conflict (account_id) do update set sealed = excluded.sealed, schema_version = excluded.schema_version, updated_at = excluded.updated_at
            """, connection);
        command.Parameters.AddWithValue(account.Value);
        command.Parameters.AddWithValue(tenant.Value);
        command.Parameters.AddWithValue(Credentials.Seal(box, done.Body.Credentials, tenant, account));
        command.Parameters.AddWithValue(done.Manifest.Connect.SchemaVersion);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
        await StoredState.WriteAsync(connection, box, tenant, account, done.State, ct);
    }
}
