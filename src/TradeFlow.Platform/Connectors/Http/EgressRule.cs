using System.Net;
using System.Net.Sockets;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Http;

/// <summary>
/// Which hosts a session may reach: those of its mode's endpoints, as the operator set them, and those that the manifest lists. A host that only the
/// manifest lists must not resolve to a private address, so that no name can be pointed into our own network.
/// </summary>
internal sealed class EgressRule(IEnumerable<Uri> endpoints, IEnumerable<string> listed)
{
    private readonly HashSet<string> endpointHosts = new(endpoints.Select(endpoint => endpoint.Host), StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> plainHosts = new(endpoints.Where(endpoint => endpoint.Scheme == Uri.UriSchemeHttp || endpoint.Scheme == Uri.UriSchemeWs).Select(endpoint => endpoint.Authority), StringComparer.OrdinalIgnoreCase);
    private readonly string[] listed = [.. listed];

    /// <returns>Why the address must not be reached, or <c>null</c>.</returns>
    public string? Problem(Uri? address)
    {
        if (address is not { IsAbsoluteUri: true }) return "A request needs an absolute address.";
        if (address.UserInfo.Length > 0) return "An address must not carry credentials.";
        if (address.Scheme == Uri.UriSchemeHttp && !plainHosts.Contains(address.Authority)) return $"{address.Host} may be reached over https only.";
        if (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp) return $"The scheme {address.Scheme} is not allowed.";
        return endpointHosts.Contains(address.Host) || listed.Any(pattern => Matches(pattern, address.Host)) ? null : $"The host {address.Host} is not in the plugin's egress list.";
    }

    public bool MayBePrivate(string host) => endpointHosts.Contains(host);

    /// <summary>
    /// Whether it is in one of IANA's registries of special addresses, and so nobody's on the internet, or may lead to one that is.
    /// </summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            // Only 2000::/3 is given out. Beside it lie loopback, link-local, unique local and multicast, and the prefixes of translators
            // (64:ff9b::/96), behind which any IPv4 address may be.
            ? !GlobalUnicast.Contains(address) || SpecialV6.Any(network => network.Contains(address))
            : SpecialV4.Any(network => network.Contains(address));
    }

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    // Protocol assignments with Teredo, ORCHID and benchmarking; documentation; 6to4, which carries an IPv4 address; documentation again.
    private static readonly IPNetwork[] SpecialV6 =
        [.. ((string[])["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]).Select(IPNetwork.Parse)];

    private static readonly IPNetwork[] SpecialV4 =
    [
        .. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ]).Select(IPNetwork.Parse),
    ];

    private static bool Matches(string pattern, string host) =>
        pattern.StartsWith("*.", StringComparison.Ordinal) ? host.EndsWith(pattern[1..], StringComparison.OrdinalIgnoreCase) : string.Equals(pattern, host, StringComparison.OrdinalIgnoreCase);
}
