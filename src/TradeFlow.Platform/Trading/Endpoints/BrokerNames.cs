namespace TradeFlow.Platform.Trading.Endpoints;

/// <summary>Slugs and their aliases, as routes take them.</summary>
internal sealed class BrokerNames
{
    public string SlugOf(string name) => name.ToLowerInvariant();
}
