using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// Where people and TradingView reach us: <c>PublicUrl</c>. What a request says of its host is that of whoever sent it, so no address that
/// we print or mail is made from it, and with a <c>PublicUrl</c> other hosts are not served.
/// </summary>
public sealed class PublicAddress
{
    public PublicAddress(IConfiguration configuration)
    {
        if (configuration["PublicUrl"]?.Trim() is not { Length: > 0 } text) return;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http") || url.PathAndQuery != "/"
            || url.Fragment.Length > 0 || url.UserInfo.Length > 0)
            throw new InvalidOperationException($"PublicUrl is '{text}': write it as https://trade.example.com, without a path.");
        Url = url;
    }

    /// <summary><c>null</c> when it is not set.</summary>
    public Uri? Url { get; }

    /// <summary>Whether browsers reach us by https, whatever the last step of the way is.</summary>
    public bool IsHttps(HttpRequest request) => request.IsHttps || Url?.Scheme == Uri.UriSchemeHttps;

    /// <summary><c>PublicUrl</c>, or else the address that the connection came to.</summary>
    public string OriginFor(HttpContext http)
    {
        if (Url is { } url) return url.GetLeftPart(UriPartial.Authority);
        var (request, connection) = (http.Request, http.Connection);
        // The name is kept where it can only be ours.
        var isOurs = IPAddress.TryParse(request.Host.Host.Trim('[', ']'), out var named) && named.Equals(Plain(connection.LocalIpAddress));
        if (isOurs || IsLoopback(request.Host.Host)) return $"{request.Scheme}://{request.Host}";
        return $"{request.Scheme}://{new IPEndPoint(Plain(connection.LocalIpAddress) ?? IPAddress.Loopback, connection.LocalPort)}";
    }

    /// <summary>
    /// Whether a request for this host is meant for us. This machine's own names are, for health checks and for whoever works on it.
    /// </summary>
    public bool Serves(HostString host) =>
        Url is not { } url || host.Host.Equals(url.Host, StringComparison.OrdinalIgnoreCase) || IsLoopback(host.Host);

    /// <summary>Whether the origin is that of our own pages.</summary>
    public bool IsOwnOrigin(string origin, HttpRequest request) =>
        origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase)
            || (Url is { } url && origin.Equals(url.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase));

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
