using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Plugins.TradeLocker.Http;

/// <summary>
/// One user on one server, and the tokens that all sessions of this user share: a broker may end a user's other session when the same user logs in
/// again, so two accounts of one user must not log in against each other.
/// </summary>
internal sealed partial class Login(LogInBody credentials, string fingerprint)
{
    private const string StateKey = "refresh_token";

    private readonly Lock gate = new();
    private Task<string>? renewing;
    private volatile Tokens? tokens;
    private volatile string? refusal;

    /// <summary>Tells credentials apart without keeping them.</summary>
    public static string FingerprintOf(Uri baseUrl, LogInBody credentials) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{baseUrl}\n{credentials.Email}\n{credentials.Server}\n{credentials.Password}")))[..32];

    /// <summary>A token that is good for a while, renewed when the one at hand is about to end.</summary>
    /// <exception cref="ConnectorException">No token could be had; <see cref="ConnectorErrorKind.Authentication"/> when the broker no longer takes the credentials.</exception>
    public async ValueTask<string> TokenAsync(LoginContext context, CancellationToken ct) =>
        tokens is { } held && held.IsFresh(context.Clock.GetUtcNow()) ? held.Access : await RenewAsync(tokens?.Access, context, ct);

    /// <summary>A token other than the refused one. All who come while one is fetched share it.</summary>
    public Task<string> RenewAsync(string? refused, LoginContext context, CancellationToken ct)
    {
        lock (gate)
        {
            if (tokens is { } held && held.Access != refused && held.IsFresh(context.Clock.GetUtcNow())) return Task.FromResult(held.Access);
            // Not ended by the caller that happens to come first: the others wait for it too, and a refresh token that was sent is used up.
            if (renewing is not { IsCompleted: false }) renewing = FetchAsync(context, CancellationToken.None);
            return renewing.WaitAsync(ct);
        }
    }

    /// <summary>Logs in with the password, so that what the user typed is really tried.</summary>
    /// <returns>Null when logged in, else the broker's words.</returns>
    public async Task<string?> TryAsync(LoginContext context, CancellationToken ct)
    {
        var (got, words) = await context.Auth.LogInAsync(credentials, ct);
        refusal = got is null ? words ?? "" : null;
        if (got is null) return refusal;
        tokens = got;
        await KeepAsync(got.Refresh, context, ct);
        return null;
    }

    private async Task<string> FetchAsync(LoginContext context, CancellationToken ct)
    {
        await Task.Yield();
        // Once the credentials were refused they stay refused: nobody tries them again and again until the broker locks the user out.
        if (refusal is { } words) throw Refused(words);
        var renewed = await RefreshAsync(context, ct) ?? await LogInAsync(context, ct);
        tokens = renewed;
        await KeepAsync(renewed.Refresh, context, ct);
        return renewed.Access;
    }

    private async Task<Tokens?> RefreshAsync(LoginContext context, CancellationToken ct)
    {
        if ((tokens?.Refresh ?? await StoredAsync(context, ct)) is not { } refresh) return null;
        try
        {
            return (await context.Auth.RefreshAsync(refresh, ct)).Tokens;
        }
        catch (ConnectorException e) when (e.Kind is ConnectorErrorKind.Protocol or ConnectorErrorKind.Permission or ConnectorErrorKind.NotFound)
        {
            return null;
        }
    }

    private async Task<Tokens> LogInAsync(LoginContext context, CancellationToken ct)
    {
        var (got, words) = await context.Auth.LogInAsync(credentials, ct);
        if (got is not null)
        {
            LogRenewed(context.Log);
            return got;
        }
        refusal = words ?? "";
        throw Refused(refusal);
    }

    // A refresh token that belongs to other credentials (the user has typed in new ones) must not open a session.
    private async Task<string?> StoredAsync(LoginContext context, CancellationToken ct)
    {
        try
        {
            return await context.State.GetAsync(StateKey, ct) is { } stored && stored.StartsWith(fingerprint, StringComparison.Ordinal) ? stored[(fingerprint.Length + 1)..] : null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogNotKept(context.Log, e.GetType().Name);
            return null;
        }
    }

    private async Task KeepAsync(string? refresh, LoginContext context, CancellationToken ct)
    {
        try
        {
            await context.State.SetAsync(StateKey, refresh is null ? null : $"{fingerprint} {refresh}", ct);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The token at hand works; without the stored one the next start logs in with the password.
            LogNotKept(context.Log, e.GetType().Name);
        }
    }

    private static ConnectorException Refused(string words) =>
        new(ConnectorErrorKind.Authentication, words.Length == 0 ? "TradeLocker no longer accepts the e-mail and password." : $"TradeLocker no longer accepts the e-mail and password ({words}).");

    [LoggerMessage(5101, LogLevel.Information, "Logged in to TradeLocker again")]
    private static partial void LogRenewed(ILogger log);

    [LoggerMessage(5102, LogLevel.Warning, "The refresh token could not be read or kept ({Error})")]
    private static partial void LogNotKept(ILogger log, string error);
}

/// <summary>What a session lends to the log-in while it renews the tokens.</summary>
internal sealed record LoginContext(AuthCalls Auth, IConnectorState State, TimeProvider Clock, ILogger Log);
