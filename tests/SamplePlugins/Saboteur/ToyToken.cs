using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Saboteur;

/// <summary>The session's token at the toy broker.</summary>
/// <param name="logIn">Gives a token, or null when the broker knows no such user.</param>
internal sealed class ToyToken(Func<CancellationToken, Task<string?>> logIn) : TokenKeeper
{
    public string Value => Current?.Value ?? "";

    /// <returns>False when the broker knows no such user.</returns>
    public async Task<bool> LogInAsync(CancellationToken ct)
    {
        if (await logIn(ct) is not { } given) return false;
        Keep(new BrokerToken(given));
        return true;
    }

    protected override async Task<BrokerToken> FetchAsync(
        BrokerToken? held, bool isRefused, IConnectorContext lender, CancellationToken ct) =>
            await logIn(ct) is { } given ? new BrokerToken(given) : throw new ConnectorException(ConnectorErrorKind.Authentication,
                "The toy broker knows no such user.");
}
