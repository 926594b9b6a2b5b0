using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Users;

/// <summary>
/// A log-in leaves a signed cookie, by which the device is known for 180 days: failures of strangers do not make it wait. The signature
/// binds it to the person and to their password, so a new password makes strangers of all devices. It opens nothing.
/// </summary>
internal sealed class KnownDevices(KeyRing keys, PublicAddress address, TimeProvider clock)
{
    public const string CookieName = "tf_device";
    private const int MostPeople = 4;
    private const int Longest = 1024;
    private static readonly TimeSpan Lives = TimeSpan.FromDays(180);
    private readonly byte[] key = keys.Derive("known-device");

    /// <returns>The device, when this person has logged in on it.</returns>
    public Guid? Find(HttpRequest request, User? user) =>
        EntriesOf(request).Select(entry => Read(entry, user))
        .FirstOrDefault(device => device is not null);

    /// <summary>Call it once the person has proven who they are. Others who share the browser stay known.</summary>
    public void Remember(HttpContext http, User user)
    {
        var device = Find(http.Request, user) ?? Guid.NewGuid();
        var ends = clock.GetUtcNow() + Lives;
        var entry = $"{device:N}.{ends.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}";
        var others = EntriesOf(http.Request).Where(other => Read(other, user) is null).Take(MostPeople - 1);
        http.Response.Cookies.Append(CookieName, string.Join('~', others.Prepend($"{entry}.{Sign(entry, user)}")), new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = address.IsHttps(http.Request),
            Path = "/auth",
            Expires = ends,
            IsEssential = true,
        });
    }

    private Guid? Read(string entry, User? user)
    {
        var parts = entry.Split('.');
        return user is not null && parts.Length == 3 && Guid.TryParseExact(parts[0], "N", out var device)
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var ends)
            && ends > clock.GetUtcNow().ToUnixTimeSeconds()
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(parts[2]),
                Encoding.ASCII.GetBytes(Sign($"{parts[0]}.{parts[1]}", user)))
            ? device
            : null;
    }

    private static string[] EntriesOf(HttpRequest request) =>
        request.Cookies[CookieName] is { Length: > 0 and <= Longest } cookie ? cookie.Split('~') : [];

    private string Sign(string entry, User user) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{entry}:{user.Id}:{user.PasswordHash}")));
}
