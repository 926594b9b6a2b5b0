using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Tenancy.Sessions;

/// <summary>
/// How long a proof of who somebody is counts for what would give an account away (<c>Auth:ConfirmMinutes</c>, 5): an access token that was
/// stolen opens less than a password.
/// </summary>
[OpenToModules]
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

    /// <returns>
    /// Why the caller is turned away: 403 <c>auth.confirm_required</c> until <c>/auth/confirm</c>, and <c>auth.forbidden</c> for programs,
    /// which cannot prove anything more than they have. <c>null</c> when the proof is fresh.
    /// </returns>
    public async Task<ProblemHttpResult?> RefusalAsync(HttpContext http, CancellationToken ct) =>
        http.User.Guid(TradeFlowClaims.Session) switch
        {
            null => Problem.Of(StatusCodes.Status403Forbidden, ProblemCodes.Forbidden,
                "This is for people who log in: no token of a program does it."),
            { } session when await HasAsync(session, ct) => null,
            _ => Problem.Of(StatusCodes.Status403Forbidden, TenancyProblems.ConfirmRequired,
                "Prove once more who you are, then send it again."),
        };

    public async Task RenewAsync(Guid session, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("update tenancy.sessions set proven_at = now() where id = $1");
        command.Parameters.AddWithValue(session);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<bool> HasAsync(Guid session, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select proven_at > now() - $2 from tenancy.sessions where id = $1");
        command.Parameters.AddWithValue(session);
        command.Parameters.AddWithValue(counts);
        return await command.ExecuteScalarAsync(ct) is true;
    }
}

[OpenToModules]
internal static class FreshProofRule
{
    /// <summary>
    /// The route asks for a proof that is fresh: 403 <c>auth.confirm_required</c> until <c>/auth/confirm</c>. It is for people with a
    /// session.
    /// </summary>
    public static TRoute RequireFreshProof<TRoute>(this TRoute route) where TRoute : IEndpointConventionBuilder =>
        route.WithMetadata(new FreshProofNeeded(Always: true)).AddEndpointFilter(async (context, next) =>
        {
            var http = context.HttpContext;
            var refusal = await http.RequestServices.GetRequiredService<FreshProof>().RefusalAsync(http, http.RequestAborted);
            return refusal ?? await next(context);
        });

    /// <summary>The handler calls <see cref="FreshProof.RefusalAsync"/> for some requests, and others pass.</summary>
    public static TRoute MayRequireFreshProof<TRoute>(this TRoute route) where TRoute : IEndpointConventionBuilder =>
        route.WithMetadata(new FreshProofNeeded(Always: false));
}
