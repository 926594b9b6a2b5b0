using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Tenancy.SignIn;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy;

/// <summary>
/// Makes the administrator named by <c>Admin:Email</c> and <c>Admin:Password</c> at start, when nobody has that address. Whoever signed up
/// with it may be anybody: such a person is promoted by <see cref="AdminPromotion"/> only, which takes the account out of the hands that
/// hold it.
/// </summary>
internal sealed partial class FirstAdmin(IServiceProvider services, IConfiguration configuration, ILogger<FirstAdmin> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration["Admin:Email"] is not { Length: > 0 } email || configuration["Admin:Password"] is not { Length: > 0 } password)
            return;
        Dictionary<string, string[]> errors = [];
        CredentialRules.CheckEmail(email, errors);
        if (errors.Count > 0) throw new InvalidOperationException($"Admin:Email is not an e-mail address: '{email}'.");

        await using var scope = services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var known = await users.FindByEmailAsync(email);
        if (known is null)
        {
            CredentialRules.CheckPassword(password, email, errors);
            if (errors.TryGetValue("password", out var fault))
                throw new InvalidOperationException($"Admin:Password does not do for an administrator. {fault[0]}");
            if (await MakeAsync(email, password, scope.ServiceProvider, cancellationToken))
            {
                LogMade();
                return;
            }
            // Somebody was faster: another replica, or a stranger.
            known = await users.FindByEmailAsync(email);
        }
        if (known is { Role: not "admin" }) LogTaken(email);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static async Task<bool> MakeAsync(string email, string password, IServiceProvider provider, CancellationToken ct)
    {
        await using var transaction = await provider.GetRequiredService<IdentityDb>().Database.BeginTransactionAsync(ct);
        if (await provider.GetRequiredService<NewTenant>().CreateAsync(email, password, "Administrator", "admin", ct) is null) return false;
        await transaction.CommitAsync(ct);
        return true;
    }

    [LoggerMessage(1102, LogLevel.Information, "The first administrator was made from Admin:Email")]
    private partial void LogMade();

    [LoggerMessage(1103, LogLevel.Warning,
        "Admin:Email is the address of an account that somebody has signed up, so it was not made an administrator: " +
        "if it is to be one, run 'promote-admin --email {Email}' of the Worker (docs/runbooks/administrators.md)")]
    private partial void LogTaken(string email);
}
