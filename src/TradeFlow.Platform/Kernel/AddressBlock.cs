using System.Net;
using System.Net.Sockets;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// An address as limits see it. Whoever has one IPv6 address has the 2^64 beside it, and often the /48 around them: those count as one. An
/// IPv4 address stands for itself.
/// </summary>
/// <param name="Narrow">The IPv4 address, or the /64.</param>
/// <param name="Wide">The /48; <c>null</c> for IPv4.</param>
public readonly record struct AddressBlock(string Narrow, string? Wide)
{
    /// <summary>The widest block that one holder is taken to have.</summary>
    public string Holder => Wide ?? Narrow;

    public static AddressBlock Of(IPAddress? address)
    {
        // A connection without one comes from this machine.
        if (address is null) return new AddressBlock("local", null);
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return new AddressBlock(address.ToString(), null);
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        var narrow = $"{new IPAddress(bytes)}/64";
        Array.Clear(bytes, 6, 2);
        return new AddressBlock(narrow, $"{new IPAddress(bytes)}/48");
    }
}
