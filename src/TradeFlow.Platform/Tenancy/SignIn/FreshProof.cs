using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>
/// How long a proof of who somebody is counts for what would give an account away (<c>Auth:ConfirmMinutes</c>, 5): an access token that was
/// stolen opens less than a password.
/// </summary>
internal sealed class FreshProof
{
    private readonly Database database;
    private readonly TimeSpan counts;

    public FreshProof(Database database, IConfiguration configuration)
    {
        this.database = database;
        var minutes = configuration.GetValue("Auth:ConfirmMinutes", 5d);
        if (minutes is not (> 0 and <= 1440))
            throw new InvalidOperationException("Auth:ConfirmMinutes must be a number above 0, and at most 1440.");
        counts = TimeSpan.FromMinutes(minutes);
    }

    public async Task<bool> HasAsync(Guid session, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select proven_at > now() - $2 from tenancy.sessions where id = $1");
        command.Parameters.AddWithValue(session);
        command.Parameters.AddWithValue(counts);
        return await command.ExecuteScalarAsync(ct) is true;
    }

    public async Task RenewAsync(Guid session, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("update tenancy.sessions set proven_at = now() where id = $1");
        command.Parameters.AddWithValue(session);
        await command.ExecuteNonQueryAsync(ct);
    }
}

internal static class FreshProofRule
{
    /// <summary>
    /// The route asks for a proof that is fresh: 403 <c>auth.confirm_required</c> until <c>/auth/confirm</c>. It is for people with a
    /// session.
    /// </summary>
    public static RouteHandlerBuilder RequireFreshProof(this RouteHandlerBuilder route) => route.AddEndpointFilter(async (context, next) =>
    {
        var http = context.HttpContext;
        return http.User.Guid(TradeFlowClaims.Session) is { } session
            && await http.RequestServices.GetRequiredService<FreshProof>().HasAsync(session, http.RequestAborted)
                ? await next(context)
                : Problem.Of(StatusCodes.Status403Forbidden, TenancyProblems.ConfirmRequired,
                    "Prove once more who you are, then send it again.");
    });
}
