using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Acme.Tests.Venue;

/// <summary>
/// The broker's check of key and signature. It does not hold the time against a clock, as the broker does: the kit moves the connector's.
/// </summary>
internal sealed class Door
{
    private const string Key = "key-of-the-double";
    private const string Secret = "a-secret-of-the-double";

    public static IReadOnlyDictionary<string, string> Credentials { get; } =
        new Dictionary<string, string> { ["key"] = Key, ["secret"] = Secret };

    public static IReadOnlyDictionary<string, string> WrongCredentials { get; } =
        new Dictionary<string, string> { ["key"] = Key, ["secret"] = "not-the-secret" };

    public static IResult Refusal => Routes.Error(401, "bad_signature", "Key or signature is wrong.");

    public bool IsOpenTo(HttpRequest request, string body)
    {
        var text = $"{request.Headers["X-Time"]}\n{request.Method}\n{request.Path}{request.QueryString}\n{body}";
        var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(text)));
        return request.Headers["X-Api-Key"] == Key && request.Headers["X-Signature"] == signature;
    }
}
