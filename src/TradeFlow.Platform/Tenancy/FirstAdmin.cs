using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.SignIn;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy;

/// <summary>
/// Makes the administrator named by <c>Admin:Email</c> and <c>Admin:Password</c> at start, or gives the role to the person who has that address.
/// An existing password is left alone, so that a forgotten setting does not set it back.
/// </summary>
internal sealed partial class FirstAdmin(IServiceProvider services, IConfiguration configuration, ILogger<FirstAdmin> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration["Admin:Email"] is not { Length: > 0 } email || configuration["Admin:Password"] is not { Length: > 0 } password) return;
        Dictionary<string, string[]> errors = [];
        CredentialRules.CheckEmail(email, errors);
        if (errors.Count > 0) throw new InvalidOperationException($"Admin:Email is not an e-mail address: '{email}'.");

        await using var scope = services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var db = scope.ServiceProvider.GetRequiredService<IdentityDb>();
        if (await users.FindByEmailAsync(email) is { } known)
        {
            if (known.Role == "admin") return;
            await using var promotion = await db.Database.BeginTransactionAsync(cancellationToken);
            known.Role = "admin";
            await users.UpdateAsync(known);
            await AuditAsync(scope.ServiceProvider.GetRequiredService<AuditLog>(), db, known, cancellationToken);
            await promotion.CommitAsync(cancellationToken);
            LogPromoted();
            return;
        }
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Another replica may have made it at this moment: then there is nothing left to do.
        if (await scope.ServiceProvider.GetRequiredService<NewTenant>().CreateAsync(email, password, "Administrator", "admin", cancellationToken) is null) return;
        await transaction.CommitAsync(cancellationToken);
        LogMade();
    }

    // In the log of the tenant that the person works in first.
    private static async Task AuditAsync(AuditLog audit, IdentityDb db, User person, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("select tenant_id from tenancy.memberships where user_id = $1 order by created_at limit 1", db.Connection);
        command.Parameters.AddWithValue(person.Id);
        if (await command.ExecuteScalarAsync(ct) is Guid tenant)
            await audit.WriteAsync(new TenantId(tenant), null, "user.made_admin", person.Id.ToString(), null, db.Connection, ct);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1102, LogLevel.Information, "The first administrator was made from Admin:Email")]
    private partial void LogMade();

    [LoggerMessage(1103, LogLevel.Information, "The person of Admin:Email is an administrator now")]
    private partial void LogPromoted();
}
