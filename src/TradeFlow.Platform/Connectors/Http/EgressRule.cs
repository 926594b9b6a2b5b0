using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Http;

/// <summary>
/// Which hosts a session may reach: those of its mode's endpoints, as the operator set them, and those that the manifest lists. A host that
/// only the manifest lists must not resolve to a private address, so that no name can be pointed into our own network.
/// </summary>
internal sealed class EgressRule(IEnumerable<Uri> endpoints, IEnumerable<string> listed)
{
    private readonly HashSet<string> endpointHosts = new(endpoints.Select(endpoint => endpoint.Host), StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> plainHosts = new(endpoints.Where(endpoint => endpoint.Scheme == Uri.UriSchemeHttp
        || endpoint.Scheme == Uri.UriSchemeWs).Select(endpoint => endpoint.Authority), StringComparer.OrdinalIgnoreCase);
    private readonly string[] listed = [.. listed];

    /// <returns>Why the address must not be reached, or <c>null</c>.</returns>
    public string? Problem(Uri? address)
    {
        if (address is not { IsAbsoluteUri: true }) return "A request needs an absolute address.";
        if (address.UserInfo.Length > 0) return "An address must not carry credentials.";
        if (address.Scheme == Uri.UriSchemeHttp && !plainHosts.Contains(address.Authority))
            return $"{address.Host} may be reached over https only.";
        if (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp)
            return $"The scheme {address.Scheme} is not allowed.";
        return endpointHosts.Contains(address.Host) || listed.Any(pattern => HostPattern.Matches(pattern, address))
            ? null : $"The host {address.Host} is not in the plugin's egress list.";
    }

    public bool MayBePrivate(string host) => endpointHosts.Contains(host);
}
