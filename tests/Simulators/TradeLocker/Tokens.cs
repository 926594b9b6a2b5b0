using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace TradeFlow.Simulators.TradeLocker;

/// <summary>JSON web tokens, signed with a key that lives as long as the process. A refresh token works once.</summary>
internal sealed class Tokens(TimeSpan accessLife, TimeProvider clock)
{
    private static readonly string Header = Encode("""{"alg":"HS256","typ":"JWT"}"""u8);

    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly HashSet<string> refreshable = [];
    private readonly Lock gate = new();

    public sealed record Pair(string AccessToken, string RefreshToken, DateTimeOffset ExpireDate);

    private sealed record Claims(
        string Sub, string Email, string Server, string Use, int Epoch, long Iat, long IssuedMs, long Exp, string Jti);

    /// <summary>Access tokens that were given out before this instant are void.</summary>
    public DateTimeOffset VoidBefore { get; set; }

    public Pair Issue(SimUser user)
    {
        var now = clock.GetUtcNow();
        var refresh = Sign(user, "refresh", now, now.AddDays(7), out var id);
        lock (gate) refreshable.Add(id);
        return new Pair(Sign(user, "access", now, now + accessLife, out _), refresh, now + accessLife);
    }

    public SimUser? Access(string token, Func<string, string, SimUser?> find) => Read(token, "access", find)?.User;

    /// <summary>The user whose refresh token this is, if it was not used before; it cannot be used again.</summary>
    public SimUser? Redeem(string token, Func<string, string, SimUser?> find)
    {
        if (Read(token, "refresh", find) is not { } read) return null;
        lock (gate) return refreshable.Remove(read.Claims.Jti) ? read.User : null;
    }

    private (SimUser User, Claims Claims)? Read(string token, string use, Func<string, string, SimUser?> find)
    {
        var parts = token.Split('.');
        if (parts.Length != 3 || parts[2] != Signature($"{parts[0]}.{parts[1]}")) return null;
        var claims = JsonSerializer.Deserialize<Claims>(Base64Url.DecodeFromChars(parts[1]), JsonSerializerOptions.Web);
        if (claims is null || claims.Use != use || claims.Exp <= clock.GetUtcNow().ToUnixTimeSeconds()) return null;
        if (use is "access" && claims.IssuedMs <= VoidBefore.ToUnixTimeMilliseconds()) return null;
        return find(claims.Email, claims.Server) is { } user && user.Epoch == claims.Epoch && user.Subject == claims.Sub
            ? (user, claims) : null;
    }

    // iat has whole seconds; the milliseconds beside it let tokens be voided in the second in which they were made.
    private string Sign(SimUser user, string use, DateTimeOffset now, DateTimeOffset until, out string id)
    {
        id = Guid.NewGuid().ToString("N");
        var claims = new Claims(user.Subject, user.Email, user.Server, use, user.Epoch, now.ToUnixTimeSeconds(),
            now.ToUnixTimeMilliseconds(), until.ToUnixTimeSeconds(), id);
        var content = $"{Header}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims, JsonSerializerOptions.Web))}";
        return $"{content}.{Signature(content)}";
    }

    private string Signature(string content) => Encode(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(content)));

    private static string Encode(ReadOnlySpan<byte> bytes) => Base64Url.EncodeToString(bytes);
}
