using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.ProjectX.Endpoints;

internal sealed class AuthEndpoints(World world)
{
    private const int InvalidCredentials = 3;
    private const int SubscriptionNotFound = 9;

    public void MapOpen(IEndpointRouteBuilder api) => api.MapPost("/Auth/loginKey", LogIn).WithMetadata(new Operation("LOGIN"));

    public void Map(IEndpointRouteBuilder api)
    {
        api.MapPost("/Auth/validate", Validate).WithMetadata(new Operation("VALIDATE"));
        api.MapPost("/Auth/logout", LogOut).WithMetadata(new Operation("LOGOUT"));
    }

    private IResult LogIn(HttpContext context)
    {
        var fields = Gatekeeper.Fields(context);
        var (name, key) = (fields.Text("userName"), fields.Text("apiKey"));
        if (fields.Problem is { } problem) return problem;
        lock (world.Gate)
        {
            if (name.StartsWith("nosub", StringComparison.OrdinalIgnoreCase)) return Refused(SubscriptionNotFound);
            if (name.StartsWith("wrong", StringComparison.OrdinalIgnoreCase) || key is "wrong-key" || key.Length < 6)
                return Refused(InvalidCredentials);
            var user = world.Users.GetValueOrDefault(name) ?? world.AddUser(name, key, 50_000m);
            return user.ApiKey == key
                ? Results.Ok(new { token = world.OpenSession(user), success = true, errorCode = 0, errorMessage = (string?)null })
                : Refused(InvalidCredentials);
        }
    }

    private IResult Validate(HttpContext context)
    {
        lock (world.Gate)
            return Results.Ok(new
            {
                success = true, errorCode = 0, errorMessage = (string?)null, newToken = world.OpenSession(Gatekeeper.User(context))
            });
    }

    private IResult LogOut(HttpContext context)
    {
        world.EndSession(Gatekeeper.Token(context));
        return Envelope.Of(0);
    }

    private static IResult Refused(int code) =>
        Results.Ok(new { token = (string?)null, success = false, errorCode = code, errorMessage = (string?)null });
}

/// <summary>The envelope of all answers: HTTP 200 does not mean success.</summary>
internal static class Envelope
{
    public static IResult Of(int code, string? message = null) =>
        Results.Ok(new { success = code == 0, errorCode = code, errorMessage = message });
}
