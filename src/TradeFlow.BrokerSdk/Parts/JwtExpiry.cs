using System.Buffers.Text;
using System.Text.Json;

namespace TradeFlow.BrokerSdk;

/// <summary>When an access token of the form of a JSON Web Token ends (RFC 7519, claim <c>exp</c>).</summary>
public static class JwtExpiry
{
    /// <summary>The instant (UTC) of the claim <c>exp</c>, which may also lie in the past.</summary>
    /// <param name="token">The token as the broker gave it. Its signature is not checked: only the broker can.</param>
    /// <returns>
    /// <c>null</c> when the token is none of this form, has no <c>exp</c>, or has one that is no instant: then the broker's documents have
    /// to tell how long it lives.
    /// </returns>
    public static DateTimeOffset? Of(string token)
    {
        ArgumentNullException.ThrowIfNull(token);
        var parts = token.Split('.');
        if (parts.Length != 3) return null;
        try
        {
            using var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1]));
            return claims.RootElement.TryGetProperty("exp", out var exp) && exp.TryGetDouble(out var seconds)
                ? DateTimeOffset.UnixEpoch.AddSeconds(Math.Truncate(seconds)) : null;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }
}
