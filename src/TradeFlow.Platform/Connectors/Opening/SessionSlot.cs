using System.Data.Common;
using System.Security.Cryptography;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Opening;

/// <summary>The place of one account's session.</summary>
internal sealed class SessionSlot(
    AccountId account, IServedAccounts accounts, SessionFactory factory, TimeProvider clock, Action<SessionLoggedOut> loggedOut)
    : IAsyncDisposable
{
    private static readonly TimeSpan PauseAfterRefusal = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);
    private readonly SemaphoreSlim gate = new(1);
    private volatile AccountSession? current;
    private ConnectorException? lastError;
    private DateTimeOffset notBefore;
    private string fingerprint = "";
    private int failures;
    private bool closed;

    public AccountId Account => account;

    public static ConnectorException NotServed() => new(ConnectorErrorKind.Transient, "The account is not served here now.");

    public AccountSession? Current => current is { } session && !Guard(session).HasEnded ? session : null;

    public async Task<AccountSession> OpenAsync(CancellationToken ct)
    {
        await gate.WaitAsync(ct);
        try
        {
            if (Current is { } open) return open;
            if (closed) throw NotServed();
            var now = clock.GetUtcNow();
            if (lastError is { } error && now < notBefore)
                throw new ConnectorException(error.Kind, error.Message) { RetryAfter = notBefore - now };
            // Sequential on purpose: a plugin that keeps a book of its own must not be open twice for one account.
            if (current is { } old) await Guard(old).DisposeAsync();
            current = null;
            return await LogInAsync(ct);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Ends a session that runs on the version; the next <see cref="OpenAsync"/> opens one on the version after it.</summary>
    public async Task EndIfOnAsync(LoadedPlugin plugin)
    {
        if (current is not { } session || Guard(session).Plugin != plugin) return;
        await gate.WaitAsync();
        try
        {
            if (current == session) current = null;
            await Guard(session).DisposeAsync();
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>
    /// An account that is gone, and new credentials, end the session. New ones lift the pause after a refusal too. Whether the account is
    /// served here is its lane's to say: one that comes back is.
    /// </summary>
    public async Task CheckAsync()
    {
        var served = await accounts.FindAsync(account, CancellationToken.None);
        if (served is not null && (fingerprint.Length == 0 || fingerprint == FingerprintOf(served))) return;
        await gate.WaitAsync();
        try
        {
            if (served is not null) (lastError, notBefore, failures) = (null, default, 0);
            if (current is { } session)
            {
                current = null;
                await Guard(session).DisposeAsync();
            }
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<AccountSession> LogInAsync(CancellationToken ct)
    {
        var served = await ReadAccountAsync(ct)
            ?? throw new ConnectorException(ConnectorErrorKind.Misconfigured, "There is no such account any more.");
        fingerprint = FingerprintOf(served);
        try
        {
            var outcome = await factory.ConnectAsync(new LogIn(served.Broker, served.Mode, await factory.UpgradedAsync(served, ct),
                served.BrokerAccountId) { Owner = (served.Tenant, account) }, ct);
            switch (outcome)
            {
                case ConnectOutcome.Connected { Session: GuardedConnector session }:
                    (lastError, failures) = (null, 0);
                    session.LoggedOut += error => OnLoggedOut(session, served, error);
                    return current = new AccountSession(account, served.Tenant, session, session.Plugin.Manifest);
                case ConnectOutcome.Connected:
                    throw new ConnectorException(ConnectorErrorKind.Misconfigured,
                        "The broker no longer shows this account behind the log-in.");
                case ConnectOutcome.NeedsStep step:
                    throw new ConnectorException(ConnectorErrorKind.Authentication,
                        $"The broker asks for {WordsFor(step)}. Connect the account again.");
                case ConnectOutcome.Failed failed:
                    throw new ConnectorException(ConnectorErrorKind.Authentication,
                        string.Join(" ", failed.Problems.Select(problem => problem.Message)));
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        }
        catch (ConnectorException e)
        {
            Remember(served, e);
            throw;
        }
    }

    // Nothing has been sent when the log-in cannot be read: callers learn it as the other reasons why there is no session now.
    private async Task<SessionAccount?> ReadAccountAsync(CancellationToken ct)
    {
        try
        {
            return await accounts.FindAsync(account, ct);
        }
        catch (DbException e)
        {
            throw new ConnectorException(ConnectorErrorKind.Transient, "The account's log-in cannot be read now.", e);
        }
        catch (CryptographicException e)
        {
            throw new ConnectorException(ConnectorErrorKind.Misconfigured,
                "The account's log-in does not open with the keys of this system.", e);
        }
    }

    private void Remember(SessionAccount served, ConnectorException error)
    {
        failures++;
        lastError = error;
        if (error.Kind == ConnectorErrorKind.Authentication)
        {
            notBefore = clock.GetUtcNow() + PauseAfterRefusal;
            loggedOut(new SessionLoggedOut(account, served.Tenant, error.Message));
            return;
        }
        var backoff = TimeSpan.FromMilliseconds(Math.Min(LongestBackoff.TotalMilliseconds, 250 * Math.Pow(2, Math.Min(failures - 1, 10))));
        notBefore = clock.GetUtcNow() + (error.RetryAfter is { } asked && asked > backoff ? asked : backoff);
    }

    private void OnLoggedOut(GuardedConnector session, SessionAccount served, ConnectorException error)
    {
        if (current is not { } open || Guard(open) != session) return;
        Remember(served, error);
        current = null;
        _ = session.DisposeAsync().AsTask();
    }

    private static GuardedConnector Guard(AccountSession session) => (GuardedConnector)session.Connector; // only this class makes them

    // With the time: the same credentials are news after a log-in whose steps were answered, because the store is.
    private static string FingerprintOf(SessionAccount served) =>
        $"{served.Broker}/{served.Mode}/{served.BrokerAccountId}/{served.LoggedInAt.UtcTicks}/{CredentialPrint.Of(served.Credentials)}";

    private static string WordsFor(ConnectOutcome.NeedsStep step) =>
        step.Fields.Count > 0 ? string.Join(", ", step.Fields.Select(field => field.Label)) : "one more step of the log-in";

    public async ValueTask DisposeAsync()
    {
        await gate.WaitAsync();
        closed = true;
        if (current is { } session) await Guard(session).DisposeAsync();
        current = null;
        gate.Release();
    }
}
