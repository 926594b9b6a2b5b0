using System.Globalization;
using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.TradeLocker.Endpoints;

/// <summary>Who calls: the user of the bearer token and the account that <c>accNum</c> names.</summary>
internal sealed record Caller(SimUser User, SimAccount? Account) : ICaller
{
    public string? AccountKey => Account?.Key;
    public string? UserKey => User.Email;
}

/// <summary>What stands before every /trade endpoint: token, accNum, the account in the path, the rate limit.</summary>
internal sealed class Gatekeeper(World world) : IEndpointFilter
{
    private const string Key = "caller";

    public Caller? Identify(HttpContext context)
    {
        if (context.Items.TryGetValue(Key, out var known)) return (Caller?)known;
        var header = context.Request.Headers.Authorization.ToString();
        Caller? caller = null;
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            lock (world.Gate)
            {
                if (world.Tokens.Access(header[7..].Trim(), world.FindUser) is { } user)
                    caller = new Caller(user, int.TryParse(context.Request.Headers["accNum"], out var number)
                        ? user.Accounts.Find(account => account.AccNum == number) : null);
            }
        }
        context.Items[Key] = caller;
        return caller;
    }

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (Identify(http) is not { } caller) return Answers.Bare(new { statusCode = 401, message = "Unauthorized" }, 401);
        if (!http.Request.Headers.TryGetValue("accNum", out var accNum)
            || !int.TryParse(accNum, out _)) return Answers.Error("Required header 'accNum' is missing.", 400);
        if (caller.Account is not { } account) return Answers.Error($"Account with accNum {accNum} not found.", 403);
        if (http.Request.RouteValues.TryGetValue("accountId", out var inPath)
            && $"{inPath}" != account.Id.ToString(CultureInfo.InvariantCulture))
            return Answers.Error($"Account {inPath} does not belong to accNum {accNum}.", 403);
        if (world.Switches.RateLimits && http.GetEndpoint()?.Metadata.GetMetadata<Operation>()?.RateLimit is { } type
            && world.Config.Limits.TryGetValue(type, out var limit)
            && world.Windows.Refuse($"{account.Key}/{type}", limit.Limit, limit.Length) is { })
            return Answers.Bare(new { statusCode = 429, message = "Too Many Requests" }, 429);
        try
        {
            return await next(context);
        }
        catch (MalformedRequestException e)
        {
            return Answers.Error(e.Message, 400);
        }
    }
}
