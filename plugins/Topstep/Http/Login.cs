using System.Text.Json;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Topstep.Http;

/// <summary>One user's API key and the token that all sessions of this user share. A token lives for 24 hours and is exchanged for a new one before.</summary>
internal sealed class Login(LoginKeyBody credentials)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);
    private static readonly TimeSpan RenewAgain = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private Task<string>? renewing;
    private volatile Token? current;
    private volatile string? refusal;

    private sealed record Token(string Value, DateTimeOffset RenewAt, DateTimeOffset EndsAt);

    /// <exception cref="ConnectorException">No token could be had; <see cref="ConnectorErrorKind.Authentication"/> when Topstep no longer takes the key.</exception>
    public async ValueTask<string> TokenAsync(LoginContext context, CancellationToken ct)
    {
        if (current is not { } held || context.Clock.GetUtcNow() >= held.EndsAt) return await RenewAsync(null, context, ct);
        if (context.Clock.GetUtcNow() < held.RenewAt) return held.Value;
        try
        {
            return await RenewAsync(null, context, ct);
        }
        catch (ConnectorException e) when (e.Kind is not ConnectorErrorKind.Authentication)
        {
            // The one at hand is good for a while yet: nothing has to wait for the exchange.
            if (ReferenceEquals(current, held)) current = held with { RenewAt = context.Clock.GetUtcNow() + RenewAgain };
            return held.Value;
        }
    }

    /// <summary>A token other than the refused one. All who come while one is fetched share it.</summary>
    public Task<string> RenewAsync(string? refused, LoginContext context, CancellationToken ct)
    {
        lock (gate)
        {
            if (current is { } held && held.Value != refused && context.Clock.GetUtcNow() < held.RenewAt) return Task.FromResult(held.Value);
            // Not ended by the caller that happens to come first: the others wait for it too.
            if (renewing is not { IsCompleted: false }) renewing = FetchAsync(refused, context, CancellationToken.None);
            return renewing.WaitAsync(ct);
        }
    }

    /// <summary>Asks whether a token is good; one that is not is exchanged. Where nobody answers it counts as one that is not.</summary>
    public async Task<bool> IsGoodAsync(string token, LoginContext context, CancellationToken ct)
    {
        try
        {
            if (await context.Gateway.ValidateAsync(token, ct) is not Answer.Ok valid)
            {
                _ = await RenewAsync(token, context, ct);
                return false;
            }
            if (valid.Body.NewToken is { Length: > 0 } fresh && current?.Value == token) Keep(fresh, context);
            return true;
        }
        catch (ConnectorException)
        {
            return false;
        }
    }

    /// <summary>Logs in with the key, so that what the user typed is really tried.</summary>
    /// <returns>Null when logged in, else the refusal.</returns>
    public async Task<Answer.Refused?> TryAsync(LoginContext context, CancellationToken ct)
    {
        var refused = await LogInAsync(context, isFirst: true, ct);
        refusal = refused is null ? null : LoginCodes.Words(refused);
        return refused;
    }

    private async Task<string> FetchAsync(string? refused, LoginContext context, CancellationToken ct)
    {
        await Task.Yield();
        // A key that was refused stays refused: nobody tries it again and again.
        if (refusal is { } words) throw Refused(words);
        if (current is { } held && held.Value != refused && await context.Gateway.ValidateAsync(held.Value, ct) is Answer.Ok { Body.NewToken: { Length: > 0 } fresh }) return Keep(fresh, context);
        if (await LogInAsync(context, isFirst: false, ct) is not { } answer) return current?.Value ?? throw new ConnectorException("Topstep gave no token.");
        refusal = LoginCodes.Words(answer);
        throw Refused(refusal);
    }

    // The documents refuse with a code; a 401 may say the same of a key that was never accepted, and of one that was it proves too little to ask the user for another.
    private async Task<Answer.Refused?> LogInAsync(LoginContext context, bool isFirst, CancellationToken ct)
    {
        switch (await context.Gateway.QueryAsync("api/Auth/loginKey", credentials, RequestJson.Default.LoginKeyBody, null, RequestClass.Auth, ct))
        {
            case Answer.Ok { Body.Token: { Length: > 0 } token }:
                Keep(token, context);
                return null;
            case Answer.Refused { Code: not LoginCodes.UnknownError } refused:
                return refused;
            case Answer.Unauthorized when isFirst:
                return new Answer.Refused(LoginCodes.InvalidCredentials, null, null);
            case Answer.Ok:
                throw new ConnectorException(ConnectorErrorKind.Protocol, "Topstep's answer to the log-in names no token.");
            case Answer.Refused unknown:
                throw new ConnectorException($"Topstep could not log in ({LoginCodes.Words(unknown)}).");
            case var other:
                throw Failures.Of(other);
        }
    }

    private string Keep(string token, LoginContext context)
    {
        var now = context.Clock.GetUtcNow();
        var end = ExpiryOf(token) is { } told && told > now ? told : now + Life;
        // An hour before its end, or at three quarters of a short life.
        var margin = (end - now) / 4;
        current = new Token(token, end - (margin < TimeSpan.FromHours(1) ? margin : TimeSpan.FromHours(1)), end);
        return token;
    }

    private static DateTimeOffset? ExpiryOf(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) return null;
        try
        {
            using var claims = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]));
            return claims.RootElement.TryGetProperty("exp", out var exp) && exp.TryGetInt64(out var seconds) ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static ConnectorException Refused(string words) => new(ConnectorErrorKind.Authentication, $"Topstep no longer accepts the API key ({words}).");
}

/// <summary>What a session lends to the log-in while it fetches a token.</summary>
internal sealed record LoginContext(Gateway Gateway, TimeProvider Clock);

/// <summary>The codes of <c>Auth/loginKey</c>.</summary>
internal static class LoginCodes
{
    public const int InvalidCredentials = 3;
    public const int AgreementsNotSigned = 7;
    public const int UnknownError = 8;
    public const int ApiSubscriptionNotFound = 9;
    public const int ApiKeyAuthenticationDisabled = 10;

    private static readonly string[] Names =
        ["", "user not found", "password verification failed", "invalid credentials", "app not found", "app verification failed", "invalid device", "agreements not signed", "unknown error", "API subscription not found", "API key authentication disabled"];

    public static string Words(Answer.Refused refused) => refused.Words ?? (refused.Code > 0 && refused.Code < Names.Length ? Names[refused.Code] : $"code {refused.Code}");
}
