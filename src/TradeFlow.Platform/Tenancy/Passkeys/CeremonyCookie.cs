using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Passkeys;

/// <summary>A ceremony that has begun: what the device is to sign, and when.</summary>
internal sealed record Ceremony(string State, DateTimeOffset Began);

/// <summary>
/// Carries the state of a ceremony from its options to its end, sealed in a cookie that scripts cannot read, for five minutes.
/// </summary>
internal sealed class CeremonyCookie(SecretBox box, PublicAddress address, TimeProvider clock)
{
    public const string Name = "tf_passkey";
    public const string SignIn = "sign-in";
    private const int Longest = 4096;
    private static readonly TimeSpan Lives = TimeSpan.FromMinutes(5);

    /// <summary>The purpose of a new passkey of this person: what one has begun, nobody else ends.</summary>
    public static string NewFor(UserId user) => $"new:{user}";

    public void Write(HttpContext http, string purpose, string state)
    {
        var began = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Cookies.Append(Name, Base64Url.EncodeToString(box.Seal(null, $"{began} {state}", OwnerOf(purpose))),
            OptionsFor(http, clock.GetUtcNow() + Lives));
    }

    /// <summary>Reads it and takes it away.</summary>
    /// <returns><c>null</c> when there is none, when it is for something else, or when it is over.</returns>
    public Ceremony? Take(HttpContext http, string purpose)
    {
        if (http.Request.Cookies[Name] is not { Length: > 0 and <= Longest } cookie) return null;
        http.Response.Cookies.Delete(Name, OptionsFor(http, null));
        try
        {
            var parts = box.OpenText(null, Base64Url.DecodeFromChars(cookie), OwnerOf(purpose)).Split(' ', 2);
            var began = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(parts[0], CultureInfo.InvariantCulture));
            return clock.GetUtcNow() - began < Lives ? new Ceremony(parts[1], began) : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    private static string OwnerOf(string purpose) => "passkey:" + purpose;

    private CookieOptions OptionsFor(HttpContext http, DateTimeOffset? ends) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = address.IsHttps(http.Request),
        Path = "/",
        Expires = ends,
        IsEssential = true,
    };
}
