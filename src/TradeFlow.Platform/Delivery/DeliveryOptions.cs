namespace TradeFlow.Platform.Delivery;

/// <summary>The section <c>Notifications</c>.</summary>
internal sealed class DeliveryOptions
{
    /// <summary>Hosts that webhooks may lead to although they are in our own network: <c>host</c>, or <c>host:port</c>.</summary>
    public List<string> AllowedHosts { get; set; } = [];

    public bool Allows(string host, int port) =>
        AllowedHosts.Any(allowed => allowed.Equals(host, StringComparison.OrdinalIgnoreCase)
            || allowed.Equals($"{host}:{port}", StringComparison.OrdinalIgnoreCase));
}
