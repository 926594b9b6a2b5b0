using System.Security.Cryptography;

namespace TradeFlow.Api.Hosting;

/// <summary>
/// A random word of one answer. A style element in the page that carries it is let in by the content security policy of that answer; the
/// dashboard's dialogs need one, whose text depends on the width of the scroll bar.
/// </summary>
internal static class StyleNonce
{
    private static readonly object Key = new();

    public static string Make(HttpContext http)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        http.Items[Key] = nonce;
        return nonce;
    }

    public static string? Find(HttpContext http) => http.Items[Key] as string;
}
