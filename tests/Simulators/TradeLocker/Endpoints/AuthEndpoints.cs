using System.Globalization;
using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.TradeLocker.Endpoints;

internal sealed class AuthEndpoints(World world, Gatekeeper gatekeeper)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/auth/jwt/token", LogInAsync).WithMetadata(new Operation("AUTH_TOKEN"));
        routes.MapPost("/auth/jwt/refresh", RefreshAsync).WithMetadata(new Operation("AUTH_REFRESH"));
        routes.MapGet("/auth/jwt/all-accounts", AllAccounts).WithMetadata(new Operation("ALL_ACCOUNTS"));
    }

    private async Task<IResult> LogInAsync(HttpRequest request)
    {
        string email, password, server;
        try
        {
            var body = await Body.ReadAsync(request);
            (email, password, server) = (body.Required("email"), body.Required("password"), body.Required("server"));
        }
        catch (MalformedRequestException e)
        {
            return Answers.Bare(new { statusCode = 400, message = new[] { e.Message }, error = "Bad Request" }, 400);
        }

        lock (world.Gate)
        {
            if (!Instruments.Servers.Contains(server)) return Answers.Bare(new { statusCode = 400, message = $"Server '{server}' not found",
                error = "Bad Request" }, 400);
            if (email.StartsWith("wrong", StringComparison.OrdinalIgnoreCase) || password is "wrong-password" || password.Length < 6)
                return WrongCredentials();
            // Whoever comes with a new e-mail gets an account: as many tenants as a test wants can connect.
            var user = world.FindUser(email, server) ?? world.AddUser(email, server, password, ("USD", 50_000m));
            if (user.Password != password) return WrongCredentials();
            if (world.Switches.SingleSession) user.Epoch++;
            return Tokens(user);
        }
    }

    private async Task<IResult> RefreshAsync(HttpRequest request)
    {
        string token;
        try
        {
            token = (await Body.ReadAsync(request)).Required("refreshToken");
        }
        catch (MalformedRequestException e)
        {
            return Answers.Bare(new { statusCode = 400, message = new[] { e.Message }, error = "Bad Request" }, 400);
        }

        lock (world.Gate)
            return world.Tokens.Redeem(token, world.FindUser) is { } user ? Tokens(user) : Unauthorized();
    }

    private IResult AllAccounts(HttpContext context)
    {
        if (gatekeeper.Identify(context) is not { } caller) return Unauthorized();
        lock (world.Gate)
        {
            return Answers.Bare(new
            {
                accounts = caller.User.Accounts.Select(account => new
                {
                    id = account.Key,
                    name = account.Name,
                    currency = account.Currency,
                    status = account.Status,
                    accNum = $"{account.AccNum}",
                    accountBalance = account.Balance.ToString("0.00", CultureInfo.InvariantCulture),
                }).ToArray(),
            }, 200);
        }
    }

    private IResult Tokens(SimUser user)
    {
        var pair = world.Tokens.Issue(user);
        return Answers.Bare(new { accessToken = pair.AccessToken, refreshToken = pair.RefreshToken,
            expireDate = pair.ExpireDate.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture) }, 201);
    }

    // The documentation says 400, logs of real clients show 401 as well.
    private IResult WrongCredentials() => world.Switches.WrongCredentials401
        ? Answers.Bare(new { statusCode = 401, message = "Invalid credentials", error = "Unauthorized" }, 401)
        : Answers.Bare(new { statusCode = 400, message = "Invalid credentials", error = "Bad Request" }, 400);

    private static IResult Unauthorized() => Answers.Bare(new { statusCode = 401, message = "Unauthorized" }, 401);
}
