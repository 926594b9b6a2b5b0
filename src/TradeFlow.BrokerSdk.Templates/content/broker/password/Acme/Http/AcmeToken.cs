using System.Net;
using TradeFlow.BrokerSdk;

namespace Acme.Http;

/// <summary>
/// The token that the broker gives for user and password, until it ends it. All who need a new one at the same moment wait for one log-in.
/// </summary>
internal sealed class AcmeToken(Uri api) : TokenKeeper
{
    protected override async Task<BrokerToken> FetchAsync(BrokerToken? held, bool isRefused, IConnectorContext lender, CancellationToken ct)
    {
        var body = new LogInBody(lender.Credentials["user"].Reveal(), lender.Credentials["password"].Reveal());
        using var request = new HttpRequestMessage(HttpMethod.Post,
            AcmeClient.At(api, "v1/session")) { Content = AcmeClient.Json(body, AcmeJson.Default.LogInBody) };
        using var response = await HttpFailures.InWordsAsync("Acme", () => lender.Http.QueryAsync(request, RequestClass.Auth, ct), ct);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            throw new ConnectorException(ConnectorErrorKind.Authentication, "Acme refuses the user name and password.");
        return new BrokerToken((await AcmeClient.ReadAsync(response, AcmeJson.Default.SessionDto, ct)).Token);
    }
}
