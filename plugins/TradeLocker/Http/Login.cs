using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.TradeLocker.Http;

/// <summary>One user on one server, and the tokens that all sessions of this user share. The refresh token outlives the process.</summary>
internal sealed partial class Login(Uri baseUrl, LogInBody credentials) : TokenKeeper
{
    private const string StateKey = "refresh_token";

    private readonly string fingerprint = FingerprintOf(baseUrl, credentials);

    public static string FingerprintOf(Uri baseUrl, LogInBody credentials) =>
        CredentialFingerprint.Of(baseUrl, credentials.Email, credentials.Server, credentials.Password);

    /// <summary>Logs in with the password, so that what the user typed is really tried.</summary>
    /// <returns>Null when logged in, else the broker's words.</returns>
    public async Task<string?> TryAsync(IConnectorContext lender, CancellationToken ct)
    {
        var (got, words) = await Auth(lender).LogInAsync(credentials, ct);
        if (got is null)
        {
            Refuse(Refused(words ?? ""));
            return words ?? "";
        }
        Keep(got);
        await StoreAsync(got.Refresh, lender, ct);
        return null;
    }

    protected override async Task<BrokerToken> FetchAsync(BrokerToken? held, bool isRefused, IConnectorContext lender, CancellationToken ct)
    {
        var got = await RefreshAsync(held, lender, ct) ?? await LogInAsync(lender, ct);
        await StoreAsync(got.Refresh, lender, ct);
        return got;
    }

    private async Task<BrokerToken?> RefreshAsync(BrokerToken? held, IConnectorContext lender, CancellationToken ct)
    {
        if ((held?.Refresh ?? await StoredAsync(lender, ct)) is not { } refresh) return null;
        try
        {
            return (await Auth(lender).RefreshAsync(refresh, ct)).Token;
        }
        catch (ConnectorException e)
            when (e.Kind is ConnectorErrorKind.Protocol or ConnectorErrorKind.Permission or ConnectorErrorKind.NotFound)
        {
            return null;
        }
    }

    private async Task<BrokerToken> LogInAsync(IConnectorContext lender, CancellationToken ct)
    {
        var (got, words) = await Auth(lender).LogInAsync(credentials, ct);
        if (got is null) throw new ConnectorException(ConnectorErrorKind.Authentication, Refused(words ?? ""));
        LogRenewed(lender.Log);
        return got;
    }

    private AuthCalls Auth(IConnectorContext lender) => new(lender.Http, baseUrl, lender.Clock);

    // A refresh token that belongs to other credentials (the user has typed in new ones) must not open a session.
    private async Task<string?> StoredAsync(IConnectorContext lender, CancellationToken ct)
    {
        try
        {
            return await lender.State.GetAsync(StateKey, ct) is { } stored && stored.StartsWith(fingerprint, StringComparison.Ordinal)
                ? stored[(fingerprint.Length + 1)..] : null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotKept(lender.Log, e.GetType().Name);
            return null;
        }
    }

    private async Task StoreAsync(string? refresh, IConnectorContext lender, CancellationToken ct)
    {
        try
        {
            await lender.State.SetAsync(StateKey, refresh is null ? null : $"{fingerprint} {refresh}", ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The token at hand works; without the stored one the next start logs in with the password.
            LogNotKept(lender.Log, e.GetType().Name);
        }
    }

    private static string Refused(string words) => words.Length == 0
        ? "TradeLocker no longer accepts the e-mail and password." : $"TradeLocker no longer accepts the e-mail and password ({words}).";

    [LoggerMessage(5101, LogLevel.Information, "Logged in to TradeLocker again")]
    private static partial void LogRenewed(ILogger log);

    [LoggerMessage(5102, LogLevel.Warning, "The refresh token could not be read or kept ({Error})")]
    private static partial void LogNotKept(ILogger log, string error);
}
