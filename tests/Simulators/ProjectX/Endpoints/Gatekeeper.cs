using System.Text.Json;
using TradeFlow.Simulators.Shared;

namespace TradeFlow.Simulators.ProjectX.Endpoints;

internal sealed record Caller(string? UserKey, string? AccountKey) : ICaller;

/// <summary>Reads who calls and what is asked before anything else happens; then the token, then the limits.</summary>
internal sealed class Gatekeeper(World world) : IEndpointFilter
{
    public const string UserItem = "user";
    private const string BodyItem = "body";
    private const string CallerItem = "caller";

    public static Fields Fields(HttpContext context) => new((JsonElement?)context.Items[BodyItem]);

    public static SimUser User(HttpContext context) => (SimUser)context.Items[UserItem]!; // nobody else passes the filter

    public static ICaller? Identify(HttpContext context) => (ICaller?)context.Items[CallerItem];

    public static string Token(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)
            ? header[7..].Trim() : context.Request.Query["access_token"].ToString();
    }

    public async Task ReadAsync(HttpContext context, RequestDelegate next)
    {
        lock (world.Gate) context.Items[UserItem] = world.UserOf(Token(context));
        if (context.Request.Path.StartsWithSegments("/hubs"))
        {
            if (context.Items[UserItem] is null)
            {
                context.Response.StatusCode = 401;
                return;
            }
        }
        else if (HttpMethods.IsPost(context.Request.Method) && context.Request.Path.StartsWithSegments("/api"))
        {
            var body = await ParseAsync(context);
            context.Items[BodyItem] = body;
            var fields = new Fields(body);
            var user = (context.Items[UserItem] as SimUser)?.Name ?? fields.OptionalText("userName");
            context.Items[CallerItem] = new Caller(user,
                fields.OptionalInt("accountId")?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
        await next(context);
    }

    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Items[UserItem] is not SimUser user) return Results.StatusCode(401);
        var bars = http.Request.Path.StartsWithSegments("/api/History/retrieveBars");
        if (world.Switches.RateLimits
            && world.Windows.Refuse($"{user.Name}/{(bars ? "bars" : "all")}", bars ? 50 : 200,
                TimeSpan.FromSeconds(bars ? 30 : 60)) is not null) return Results.StatusCode(429);
        return await next(context);
    }

    private static async Task<JsonElement?> ParseAsync(HttpContext context)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
            return document.RootElement.ValueKind is JsonValueKind.Object ? document.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
