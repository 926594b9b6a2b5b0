using System.Net;
using Microsoft.Extensions.Configuration;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Alerts.Receive;

/// <summary>
/// Where TradingView sends from: the addresses that it publishes, or those of <c>TradingView:Addresses</c> should they change. The address
/// of a request is the one that a proxy of <c>Proxies</c> names.
/// </summary>
internal sealed class TradingViewSenders
{
    private const string Section = "TradingView:Addresses";

    // www.tradingview.com/support/solutions/43000529348
    private static readonly string[] Published = ["52.89.214.238", "34.212.75.30", "54.218.53.128", "52.32.178.7"];
    private readonly AddressList addresses;

    /// <exception cref="InvalidOperationException">An entry is neither an address nor a network.</exception>
    public TradingViewSenders(IConfiguration configuration)
    {
        var texts = AddressList.TextsOf(configuration.GetSection(Section));
        addresses = AddressList.Of(texts.Count > 0 ? texts : Published, Section);
    }

    public bool Has(IPAddress? address) => addresses.Contains(address);
}
