using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace TradeFlow.Platform.OAuth.Consent;

/// <summary>The parameters of an authorization as the program has sent them, without what we add on the way through the consent screen.</summary>
internal sealed class AuthorizationQuery
{
    public const string Ticket = "ticket";
    public const string Browser = "browser";
    private readonly SortedDictionary<string, string> parameters;

    private AuthorizationQuery(IEnumerable<KeyValuePair<string, StringValues>> all) => parameters = new SortedDictionary<string, string>(
        all.Where(entry => entry.Key is not (Ticket or Browser)).ToDictionary(entry => entry.Key, entry => entry.Value.ToString()), StringComparer.Ordinal);

    public static AuthorizationQuery Of(HttpRequest request) => new(request.HasFormContentType ? request.Form : request.Query);

    public static AuthorizationQuery Read(string query) => new(QueryHelpers.ParseQuery(query));

    /// <summary>The browser that began, as the address of the consent screen says.</summary>
    public static string BrowserOf(string query) => QueryHelpers.ParseQuery(query).TryGetValue(Browser, out var name) ? name.ToString() : "";

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

    /// <summary>The address of a path of ours with these parameters and one of ours.</summary>
    public string At(string path, string name, string value) =>
        QueryHelpers.AddQueryString(path, parameters.Append(new(name, value)).Select(entry => new KeyValuePair<string, string?>(entry.Key, entry.Value)));
}
