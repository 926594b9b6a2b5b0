using System.Text.Json;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.TradeLocker.Http;

/// <summary>What a log-in or a refresh gives.</summary>
internal static class Tokens
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    /// <summary>Null when the text holds no access token.</summary>
    public static BrokerToken? Read(string body, DateTimeOffset now)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var root = new Cell(document.RootElement);
            // The claim in the token is what the server checks; `expireDate` beside it only repeats it.
            return root["accessToken"].Text is { } access
                ? BrokerToken.Of(access, now, JwtExpiry.Of(access) ?? root["expireDate"].Time,
                    Margin) with { Refresh = root["refreshToken"].Text } : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
