using System.Text.Json;

namespace TradeFlow.Plugins.TradeLocker.Http;

/// <summary>What a log-in or a refresh gives. <c>ExpiresAt</c> is null when the broker does not tell.</summary>
internal sealed record Tokens(string Access, string? Refresh, DateTimeOffset? ExpiresAt, DateTimeOffset IssuedAt)
{
    /// <summary>Renewed before it ends: five minutes early, or at three quarters of a short life.</summary>
    public bool IsFresh(DateTimeOffset now)
    {
        if (ExpiresAt is not { } end) return true;
        var margin = TimeSpan.FromMinutes(5);
        var quarter = (end - IssuedAt) / 4;
        return now < end - (quarter < margin ? quarter : margin);
    }

    /// <summary>Null when the text holds no access token.</summary>
    public static Tokens? Read(string body, DateTimeOffset now)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = new Cell(document.RootElement);
            return root["accessToken"].Text is { } access ? new Tokens(access, root["refreshToken"].Text, ExpiryOf(access) ?? root["expireDate"].Time, now) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The `exp` claim is what the server checks; `expireDate` beside it only repeats it.
    private static DateTimeOffset? ExpiryOf(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3) return null;
        try
        {
            using var claims = JsonDocument.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]));
            return new Cell(claims.RootElement)["exp"].Time;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return null;
        }
    }
}
