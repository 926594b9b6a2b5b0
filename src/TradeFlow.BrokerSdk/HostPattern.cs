namespace TradeFlow.BrokerSdk;

/// <summary>
/// A line of <see cref="ConnectorManifest.Egress"/>: <c>api.example.com</c>, <c>*.example.com</c> for the names below it,
/// <c>api.example.com:8443</c> for one port.
/// </summary>
public static class HostPattern
{
    /// <summary>The address leads to a host that the line names. Without a port the line names every port of the host.</summary>
    /// <param name="pattern">The line.</param>
    /// <param name="address">An absolute address of <c>http</c>, <c>https</c>, <c>ws</c> or <c>wss</c>. Whether its scheme is allowed is
    /// asked elsewhere.</param>
    public static bool Matches(string pattern, Uri address)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(address);
        var parts = pattern.Split(':', 2);
        if (parts.Length == 2 && parts[1] != address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture)) return false;
        return parts[0].StartsWith("*.", StringComparison.Ordinal)
            ? address.Host.EndsWith(parts[0][1..], StringComparison.OrdinalIgnoreCase)
            : string.Equals(parts[0], address.Host, StringComparison.OrdinalIgnoreCase);
    }
}
