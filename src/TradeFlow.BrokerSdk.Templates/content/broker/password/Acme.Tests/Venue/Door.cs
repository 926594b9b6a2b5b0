using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Acme.Tests.Venue;

/// <summary>The broker's log-in: a token for user and password, good until it is ended.</summary>
internal sealed class Door
{
    private const string Password = "a-password-of-the-double";
    private readonly ConcurrentDictionary<string, bool> tokens = new(StringComparer.Ordinal);
    private int last;

    public static IReadOnlyDictionary<string, string> Credentials { get; } =
        new Dictionary<string, string> { ["user"] = "trader", ["password"] = Password };

    public static IReadOnlyDictionary<string, string> WrongCredentials { get; } =
        new Dictionary<string, string> { ["user"] = "trader", ["password"] = "not-the-password" };

    public static IResult Refusal => Routes.Error(401, "token_expired", "Log in again.");

    public void Map(WebApplication app) => app.MapPost("/v1/session", async (HttpRequest request) =>
    {
        var body = await request.ReadFromJsonAsync<JsonElement>();
        if (body.GetProperty("user").GetString() is not { Length: > 0 } || body.GetProperty("password").GetString() != Password)
            return Routes.Error(401, "bad_log_in", "User name or password is wrong.");
        var token = $"token-{Interlocked.Increment(ref last)}";
        tokens[token] = true;
        return Results.Json(new { token });
    });

    public bool IsOpenTo(HttpRequest request, string body) => request.Headers.Authorization.ToString() is var sent
        && sent.StartsWith("Bearer ", StringComparison.Ordinal) && tokens.ContainsKey(sent["Bearer ".Length..]);

    public void EndTokens() => tokens.Clear();
}
