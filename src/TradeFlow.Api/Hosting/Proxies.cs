using System.Net;
using Microsoft.AspNetCore.HttpOverrides;

namespace TradeFlow.Api.Hosting;

/// <summary>
/// Whose word counts about the address of a caller: the proxies in <c>Proxies</c> (addresses or networks), nobody else's. Behind a proxy
/// that is not named all people share one address, and with it one limit; so outside Development the operator says what is in front, even
/// if that is nothing (<c>none</c>).
/// </summary>
internal sealed record Proxies(IReadOnlyList<IPAddress> Addresses, IReadOnlyList<System.Net.IPNetwork> Networks)
{
    private const string Nothing = "none";

    public bool IsAny => Addresses.Count + Networks.Count > 0;

    public static Proxies Read(IConfiguration configuration, IHostEnvironment environment)
    {
        var section = configuration.GetSection("Proxies");
        string[] texts = [.. (section.Value?.Split(',') ?? []).Concat(section.GetChildren().Select(child => child.Value ?? ""))
            .Select(text => text.Trim()).Where(text => text.Length > 0)];
        if (texts.Length == 0 && !environment.IsDevelopment())
            throw new InvalidOperationException(
                "Proxies is not set: name the address of the TLS proxy in front (Proxies__0=127.0.0.1), or say Proxies=none when there is none " +
                "(docs/runbooks/public.md).");
        List<IPAddress> addresses = [];
        List<System.Net.IPNetwork> networks = [];
        foreach (var text in texts.Where(text => !text.Equals(Nothing, StringComparison.OrdinalIgnoreCase)))
        {
            if (IPAddress.TryParse(text, out var address)) addresses.Add(address);
            else if (System.Net.IPNetwork.TryParse(text, out var network)) networks.Add(network);
            else
                throw new InvalidOperationException($"Proxies: '{text}' is neither an address nor a network such as 10.0.0.0/8, nor none.");
        }
        // A proxy on this machine may come by either of its two addresses.
        if (addresses.Any(IPAddress.IsLoopback)) addresses.AddRange([IPAddress.Loopback, IPAddress.IPv6Loopback]);
        return new Proxies(addresses, networks);
    }

    public void Apply(ForwardedHeadersOptions options)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        // From the last one back as far as they are known, so that several may stand in a row.
        options.ForwardLimit = null;
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var address in Addresses) options.KnownProxies.Add(address);
        foreach (var network in Networks) options.KnownIPNetworks.Add(network);
    }
}
