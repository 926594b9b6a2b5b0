using System.Net;
using Microsoft.Extensions.Configuration;

namespace TradeFlow.Platform.Kernel;

/// <summary>Addresses and networks from a section of the configuration: a list, or one line with commas.</summary>
public sealed record AddressList(IReadOnlyList<IPAddress> Addresses, IReadOnlyList<IPNetwork> Networks)
{
    public bool IsAny => Addresses.Count + Networks.Count > 0;

    /// <summary>What the section says, as it is written.</summary>
    public static IReadOnlyList<string> TextsOf(IConfigurationSection section) =>
        [.. (section.Value?.Split(',') ?? []).Concat(section.GetChildren().Select(child => child.Value ?? "")).Select(text => text.Trim())
            .Where(text => text.Length > 0)];

    /// <exception cref="InvalidOperationException">A text is neither.</exception>
    public static AddressList Of(IEnumerable<string> texts, string section)
    {
        List<IPAddress> addresses = [];
        List<IPNetwork> networks = [];
        foreach (var text in texts)
        {
            if (IPAddress.TryParse(text, out var address)) addresses.Add(address);
            else if (IPNetwork.TryParse(text, out var network)) networks.Add(network);
            else throw new InvalidOperationException($"{section}: '{text}' is neither an address nor a network such as 10.0.0.0/8.");
        }
        return new AddressList(addresses, networks);
    }

    public bool Contains(IPAddress? address)
    {
        if (address is null) return false;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return Addresses.Contains(address) || Networks.Any(network => network.Contains(address));
    }
}
