using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.OAuth.Consent;

/// <summary>
/// What somebody has decided on the consent screen, on its way back to the authorization. It counts for one request of one browser: the one
/// that was shown.
/// </summary>
/// <param name="Request">Fingerprint of the request.</param>
/// <param name="Browser">Name of the browser that began it (<see cref="BrowserCookie"/>).</param>
internal sealed record Decision(Guid User, Guid Tenant, Guid Session, bool Allowed, string Request, string Browser, DateTimeOffset Ends);

/// <summary>Seals decisions, so that only the consent screen's own answer leads on.</summary>
internal sealed class Decisions(SecretBox box, TimeProvider clock)
{
    public static readonly TimeSpan Lives = TimeSpan.FromMinutes(1);
    private const string Owner = "oauth-decision";
    private const int Longest = 2000;

    public string Seal(Decision decision) =>
        Base64Url.EncodeToString(box.Seal(null, JsonSerializer.SerializeToUtf8Bytes(decision, OAuthJson.Default.Decision), Owner));

    /// <returns><c>null</c> for what is none of ours, has ended, or was made for another request or browser.</returns>
    public Decision? Open(string? ticket, string request, string browser)
    {
        if (ticket is not { Length: > 0 and <= Longest } || !Base64Url.IsValid(ticket)) return null;
        try
        {
            var decision = JsonSerializer.Deserialize(box.Open(null, Base64Url.DecodeFromChars(ticket), Owner), OAuthJson.Default.Decision);
            return decision is not null && decision.Ends > clock.GetUtcNow() && decision.Request == request && decision.Browser == browser
                ? decision
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
