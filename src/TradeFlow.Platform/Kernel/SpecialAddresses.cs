using System.Net;
using System.Net.Sockets;

namespace TradeFlow.Platform.Kernel;

/// <summary>Addresses that are nobody's on the internet: our own network, and what lies behind it.</summary>
internal static class SpecialAddresses
{
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    // Protocol assignments with Teredo, ORCHID and benchmarking; documentation; 6to4, which carries an IPv4 address; documentation again.
    private static readonly IPNetwork[] V6 =
        [.. ((string[])["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]).Select(IPNetwork.Parse)];

    private static readonly IPNetwork[] V4 =
    [
        .. ((string[])
        [
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
            "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ]).Select(IPNetwork.Parse),
    ];

    /// <summary>
    /// Whether it is in one of IANA's registries of special addresses, and so nobody's on the internet, or may lead to one that is.
    /// </summary>
    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            // Only 2000::/3 is given out. Beside it lie loopback, link-local, unique local and multicast, and the prefixes of translators
            // (64:ff9b::/96), behind which any IPv4 address may be.
            ? !GlobalUnicast.Contains(address) || V6.Any(network => network.Contains(address))
            : V4.Any(network => network.Contains(address));
    }
}
