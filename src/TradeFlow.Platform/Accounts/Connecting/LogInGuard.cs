using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Accounts.Connecting;

/// <summary>Counts the tenant's log-ins at brokers before they are tried, and writes down which were refused.</summary>
internal sealed class LogInGuard(LogInLimits limits, TenantDb db, TenantContext tenant, AuditLog audit)
{
    /// <summary>What the audit log keeps of a log-in that was refused.</summary>
    internal sealed record Refused(string Mode, string? Login, string? Server);

    /// <returns>The attempt, whose end is to be told, or why it is not made now.</returns>
    public async Task<(Guid Attempt, ProblemHttpResult? Problem)> BeginAsync(
        ConnectorManifest manifest, IReadOnlyDictionary<string, string> typed, HttpResponse response, CancellationToken ct)
    {
        var login = LoginOf(manifest, typed);
        var isHolder = await IsHolderAsync(login, ct);
        var (attempt, wait) = await limits.TakeAsync(tenant.Tenant, login, isHolder, ct);
        return (attempt, wait is { } left ? TooMany(manifest, left, response) : null);
    }

    /// <summary>A question about a login that is no log-in.</summary>
    public Task EndAsync(Guid attempt, CancellationToken ct) => limits.FailedAsync(attempt, ct);

    public async Task EndAsync(Guid attempt, ConnectAnswer answer, ConnectorManifest manifest, ConnectBody body, CancellationToken ct)
    {
        if (answer.Outcome is ConnectAnswer.Connected or ConnectAnswer.ChooseAccount)
        {
            await limits.SucceededAsync(attempt, ct);
            return;
        }
        await limits.FailedAsync(attempt, ct);
        if (answer.Outcome != ConnectAnswer.CredentialsRejected) return;
        var login = LoginOf(manifest, body.Credentials);
        await db.RunSqlAsync(async connection =>
        {
            var detail = JsonSerializer.Serialize(new Refused(body.Mode, login.Login, login.Server), RefusedJson.Default.Refused);
            await audit.WriteAsync(tenant.Tenant, tenant.User, "account.log_in_refused", manifest.Slug, detail, connection, ct);
            return true;
        }, ct);
    }

    private static ProblemHttpResult TooMany(ConnectorManifest manifest, TimeSpan wait, HttpResponse response)
    {
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        response.Headers.RetryAfter = seconds;
        return Problem.Of(StatusCodes.Status429TooManyRequests, ProblemCodes.RateLimited,
            $"Too many log-ins at {manifest.Name} have failed, yours or with this login. " +
            $"{manifest.Name} was not asked; try again in {seconds} seconds.");
    }

    private async Task<bool> IsHolderAsync(BrokerLogin login, CancellationToken ct)
    {
        var own = await db.RunAsync(set => set.Set<Account>().Where(row => row.Broker == login.Broker && row.DeletedAt == null)
            .Select(row => new { row.Login, row.Server }).ToListAsync(ct), ct);
        return own.Any(row => new BrokerLogin(login.Broker, row.Login, row.Server).Normalized == login.Normalized);
    }

    private static BrokerLogin LoginOf(ConnectorManifest manifest, IReadOnlyDictionary<string, string> typed) => new(
        manifest.Slug, manifest.Connect.LoginField is { } field ? typed.GetValueOrDefault(field) : null, typed.GetValueOrDefault("server"));
}

/// <summary>Details for the audit log.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LogInGuard.Refused))]
internal sealed partial class RefusedJson : JsonSerializerContext;
