using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Accounts.Settings;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Accounts.Connecting;

/// <summary>New credentials for a connected account. They must lead to the same account at the broker; the key stays.</summary>
internal static class Reconnect
{
    internal static async Task<Results<Ok<AccountView>, ProblemHttpResult>> Handle(
        Guid id, JsonElement body, HttpResponse response, TenantContext tenant, PluginCatalogue catalogue, BrokerLogIn logIn, TenantDb db,
        SecretBox box, KeyIndex index, RedisBus bus, AuditLog audit, TimeProvider clock, CancellationToken ct)
    {
        var account = new AccountId(id);
        var known = await db.RunAsync(
            set => set.Set<Account>().AsNoTracking().FirstOrDefaultAsync(row => row.Id == account && row.DeletedAt == null, ct), ct);
        if (known is null) return Problem.NotFound();
        if (catalogue.Find(known.Broker) is not { } entry)
            return Problem.Of(StatusCodes.Status503ServiceUnavailable, AccountProblems.NotAvailable,
                "The connector of this account is not installed.");
        if (entry.Manifest.Connect.Flow == BrokerSdk.ConnectForm.AgentFlow)
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, AccountProblems.ReportsItself,
                "This account has no log-in of ours: its terminal reports by itself. See the account's set-up page.");
        var (done, problem) = await logIn.TryAsync(entry, body, response, known.BrokerAccountId, ct);
        if (done is null) return problem!; // one of the two is always there
        if (done.Account.Id != known.BrokerAccountId || done.Body.Mode != known.Mode
            || done.Body.Credentials.GetValueOrDefault("server") != known.Server)
            return Problem.Of(StatusCodes.Status422UnprocessableEntity, AccountProblems.OtherAccount,
                "These credentials lead to another account. Connect it as a new one.");

        var view = await db.RunAsync(async set =>
        {
            var connection = (NpgsqlConnection)set.Database.GetDbConnection();
            if (!await ActivateAsync(connection, id, done, clock, ct)) return null;
            await Register.StoreLogInAsync(connection, account, done, tenant.Tenant, box, clock, ct);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "account.reconnected", id.ToString(), null, connection, ct);
            return await AccountView.FindAsync(set, account, ct);
        }, ct);
        if (view is null) return Problem.NotFound();
        await AccountEndpoints.TellAsync(account, index, bus);
        return TypedResults.Ok(view);
    }

    // Deleted between the log-in and now: no row, and no credentials are stored.
    private static async Task<bool> ActivateAsync(
        NpgsqlConnection connection, Guid id, LoggedIn done, TimeProvider clock, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("""
            update accounts.accounts set status = 'active', status_reason = null, login = coalesce($2, login), balance = coalesce($3, balance), equity = coalesce($4, equity), last_sync = $5,
                version = version + 1
            where id = $1 and deleted_at is null
            """, connection);
        command.Parameters.AddWithValue(id);
        var login = done.Manifest.Connect.LoginField is { } field ? done.Body.Credentials.GetValueOrDefault(field) : null;
        command.Parameters.AddText(login);
        command.Parameters.AddNumber(done.Snapshot?.Balance);
        command.Parameters.AddNumber(done.Snapshot?.Equity);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        return await command.ExecuteNonQueryAsync(ct) == 1;
    }
}
