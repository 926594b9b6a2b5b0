using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.Topstep.Http;

/// <summary>
/// One user's API key and the token that all sessions of this user share. A token lives for 24 hours and is exchanged for a new one before.
/// </summary>
internal sealed class Login(Uri baseUrl, LoginKeyBody credentials) : TokenKeeper
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(24);
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <summary>Asks whether a token is good; one that is not is exchanged. Where nobody answers it counts as one that is not.</summary>
    public async Task<bool> IsGoodAsync(string token, IConnectorContext lender, CancellationToken ct)
    {
        try
        {
            if (await GatewayOf(lender).ValidateAsync(token, ct) is not Answer.Ok valid)
            {
                _ = await RenewAsync(token, lender, ct);
                return false;
            }
            if (valid.Body.NewToken is { Length: > 0 } fresh && Current?.Value == token) Keep(TokenOf(fresh, lender.Clock));
            return true;
        }
        catch (ConnectorException)
        {
            return false;
        }
    }

    /// <summary>Logs in with the key, so that what the user typed is really tried.</summary>
    /// <returns>Null when logged in, else the refusal.</returns>
    public async Task<Answer.Refused?> TryAsync(IConnectorContext lender, CancellationToken ct)
    {
        var (token, refused) = await LogInAsync(lender, isFirst: true, ct);
        if (token is not null) Keep(token);
        else Refuse(Words(refused!));
        return refused;
    }

    protected override async Task<BrokerToken> FetchAsync(BrokerToken? held, bool isRefused, IConnectorContext lender, CancellationToken ct)
    {
        if (held is not null && !isRefused
            && await GatewayOf(lender).ValidateAsync(held.Value, ct) is Answer.Ok { Body.NewToken: { Length: > 0 } fresh })
            return TokenOf(fresh, lender.Clock);
        var (token, refused) = await LogInAsync(lender, isFirst: false, ct);
        return token ?? throw new ConnectorException(ConnectorErrorKind.Authentication, Words(refused!));
    }

    // The documents refuse with a code; a 401 may say the same of a key that was never accepted, and of one that was it proves too little
    // to ask the user for another.
    private async Task<(BrokerToken? Token, Answer.Refused? Refused)> LogInAsync(
        IConnectorContext lender, bool isFirst, CancellationToken ct) =>
            await GatewayOf(lender)
                .QueryAsync("api/Auth/loginKey", credentials, RequestJson.Default.LoginKeyBody, null, RequestClass.Auth, ct) switch
            {
                Answer.Ok { Body.Token: { Length: > 0 } token } => (TokenOf(token, lender.Clock), null),
                Answer.Refused { Code: not LoginCodes.UnknownError } refused => (null, refused),
                Answer.Unauthorized when isFirst => (null, new Answer.Refused(LoginCodes.InvalidCredentials, null, null)),
                Answer.Ok => throw new ConnectorException(ConnectorErrorKind.Protocol, "Topstep's answer to the log-in names no token."),
                Answer.Refused unknown => throw new ConnectorException($"Topstep could not log in ({LoginCodes.Words(unknown)})."),
                var other => throw Failures.Of(other),
            };

    private Gateway GatewayOf(IConnectorContext lender) => new(lender, baseUrl);

    private static BrokerToken TokenOf(string token, TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return BrokerToken.Of(token, now, JwtExpiry.Of(token) is { } told && told > now ? told : now + Life, Margin);
    }

    private static string Words(Answer.Refused refused) => $"Topstep no longer accepts the API key ({LoginCodes.Words(refused)}).";
}

/// <summary>The codes of <c>Auth/loginKey</c>.</summary>
internal static class LoginCodes
{
    public const int InvalidCredentials = 3;
    public const int AgreementsNotSigned = 7;
    public const int UnknownError = 8;
    public const int ApiSubscriptionNotFound = 9;
    public const int ApiKeyAuthenticationDisabled = 10;

    private static readonly string[] Names =
    [
        "", "user not found", "password verification failed", "invalid credentials", "app not found", "app verification failed",
        "invalid device", "agreements not signed", "unknown error", "API subscription not found", "API key authentication disabled",
    ];

    public static string Words(Answer.Refused refused) =>
        refused.Words ?? (refused.Code > 0 && refused.Code < Names.Length ? Names[refused.Code] : $"code {refused.Code}");
}
