using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Api.Hosting;

/// <summary>
/// Whose word counts about the address of a caller: the proxies in <c>Proxies</c> (addresses or networks), nobody else's. Behind a proxy
/// that is not named all people share one address, and with it one limit; so outside Development the operator says what is in front, even
/// if that is nothing (<c>none</c>).
/// </summary>
internal sealed record Proxies(AddressList Known)
{
    private const string Nothing = "none";

    public bool IsAny => Known.IsAny;

    public static Proxies Read(IConfiguration configuration, IHostEnvironment environment)
    {
        var texts = AddressList.TextsOf(configuration.GetSection("Proxies"));
        if (texts.Count == 0 && !environment.IsDevelopment())
            throw new InvalidOperationException(
                "Proxies is not set: name the address of the TLS proxy in front (Proxies__0=127.0.0.1), or say Proxies=none when there is none " +
                "(docs/runbooks/public.md).");
        var known = AddressList.Of(texts.Where(text => !text.Equals(Nothing, StringComparison.OrdinalIgnoreCase)), "Proxies");
        // A proxy on this machine may come by either of its two addresses.
        return new Proxies(known.Addresses.Any(IPAddress.IsLoopback)
            ? known with { Addresses = [.. known.Addresses, IPAddress.Loopback, IPAddress.IPv6Loopback] }
            : known);
    }

    public void Apply(ForwardedHeadersOptions options)
    {
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost;
        // From the last one back as far as they are known, so that several may stand in a row.
        options.ForwardLimit = null;
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var address in Known.Addresses) options.KnownProxies.Add(address);
        foreach (var network in Known.Networks) options.KnownIPNetworks.Add(network);
    }
}
