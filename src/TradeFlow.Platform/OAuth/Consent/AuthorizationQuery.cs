using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace TradeFlow.Platform.OAuth.Consent;

/// <summary>
/// The parameters of an authorization as the program has sent them, without what we add on the way through the consent screen.
/// </summary>
internal sealed class AuthorizationQuery
{
    public const string Ticket = "ticket";
    private const string BrowserParameter = "browser";
    private readonly SortedDictionary<string, string> parameters;

    private AuthorizationQuery(IEnumerable<KeyValuePair<string, StringValues>> all)
    {
        parameters = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in all)
            if (name is not (Ticket or BrowserParameter)) parameters[name] = value.ToString();
    }

    /// <summary>The browser that began, as the address of the consent screen says; empty before.</summary>
    public string Browser { get; private init; } = "";

    public static AuthorizationQuery Of(HttpRequest request) => new(request.HasFormContentType ? request.Form : request.Query);

    /// <returns><c>null</c> for what <see cref="Pack"/> has not made.</returns>
    public static AuthorizationQuery? Unpack(string packed)
    {
        if (!Base64Url.IsValid(packed)) return null;
        var query = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(packed));
        if (query.Contains('\0', StringComparison.Ordinal) || query.Contains("%00", StringComparison.Ordinal)) return null;
        var all = QueryHelpers.ParseQuery(query);
        return new AuthorizationQuery(all) { Browser = all.TryGetValue(BrowserParameter, out var name) ? name.ToString() : "" };
    }

    public string? this[string name] => parameters.GetValueOrDefault(name);

    public IReadOnlyList<string> Scopes => (this["scope"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public string Fingerprint
    {
        get
        {
            var text = new StringBuilder();
            foreach (var (name, value) in parameters) text.Append(name.Length).Append(name).Append(value.Length).Append(value);
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
        }
    }

    /// <summary>In one word, which no page's idea of an address reads as a number or writes in another way.</summary>
    public string Pack(string browser) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(With("", BrowserParameter, browser)));

    /// <summary>The address of a path of ours with these parameters and one of ours.</summary>
    public string With(string path, string name, string value) => QueryHelpers.AddQueryString(path,
        parameters.Append(new(name, value)).Select(entry => new KeyValuePair<string, string?>(entry.Key, entry.Value)));
}
