using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Opening;
using TradeFlow.Platform.Connectors.Plugins;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>
/// One session per account that this Worker serves: opened when first asked for, kept, opened again after it has ended, never two at once.
/// Who asks for one of another account gets none: a question that comes after its lane has gone would open a second one that nobody ends.
/// </summary>
internal sealed partial class AccountSessions : IAsyncDisposable
{
    private readonly ConcurrentDictionary<AccountId, SessionSlot> slots = new();
    private readonly IServedAccounts accounts;
    private readonly SessionFactory factory;
    private readonly PluginHost plugins;
    private readonly TimeProvider clock;
    private readonly ILogger<AccountSessions> log;
    private readonly IDisposable subscription;

    public AccountSessions(
        IServedAccounts accounts, SessionFactory factory, PluginHost plugins, RedisBus bus, TimeProvider clock,
        ILogger<AccountSessions> log)
    {
        (this.accounts, this.factory, this.plugins, this.clock, this.log) = (accounts, factory, plugins, clock, log);
        plugins.Retiring += EndThoseOf;
        subscription = bus.Subscribe(Topics.AccountChanged, message =>
        {
            if (Guid.TryParse(message, out var id) && slots.TryGetValue(new AccountId(id), out var slot)) _ = CheckAsync(slot);
        });
    }

    /// <summary>
    /// The broker refuses the credentials of an account. Raised once per attempt, at most once a minute; the account needs its user.
    /// </summary>
    public event Action<SessionLoggedOut>? LoggedOut;

    /// <summary>From now on the session of the account is this Worker's, until <see cref="ReleaseAsync"/>.</summary>
    public void Serve(AccountId account) => slots.GetOrAdd(account,
        static (id, owner) => new SessionSlot(id, owner.accounts, owner.factory, owner.clock, owner.OnLoggedOut), this);

    /// <summary>The session of the account, opened if need be.</summary>
    /// <exception cref="ConnectorException">There is none now: <see cref="ConnectorErrorKind.Authentication"/> until the user has
    /// reconnected (at most one attempt a minute), <see cref="ConnectorErrorKind.Unreachable"/>, …</exception>
    public ValueTask<AccountSession> GetAsync(AccountId account, CancellationToken ct)
    {
        if (!slots.TryGetValue(account, out var slot)) return ValueTask.FromException<AccountSession>(SessionSlot.NotServed());
        return slot.Current is { } session ? ValueTask.FromResult(session) : new ValueTask<AccountSession>(slot.OpenAsync(ct));
    }

    /// <summary>Ends the session of an account that this Worker no longer serves.</summary>
    public async Task ReleaseAsync(AccountId account)
    {
        if (slots.TryRemove(account, out var slot)) await slot.DisposeAsync();
    }

    private void OnLoggedOut(SessionLoggedOut news)
    {
        LogLoggedOut(news.Account, news.Reason);
        LoggedOut?.Invoke(news);
    }

    private void EndThoseOf(LoadedPlugin plugin)
    {
        foreach (var slot in slots.Values) _ = EndAsync(slot, plugin);
    }

    private async Task EndAsync(SessionSlot slot, LoadedPlugin plugin)
    {
        try
        {
            await slot.EndIfOnAsync(plugin);
            plugins.Rescan();
        }
        catch (Exception e)
        {
            LogNotEnded(slot.Account, e.GetType().Name);
        }
    }

    private async Task CheckAsync(SessionSlot slot)
    {
        try
        {
            await slot.CheckAsync();
        }
        catch (Exception e)
        {
            // The next order asks again; nothing depends on this look.
            LogNotEnded(slot.Account, e.GetType().Name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        subscription.Dispose();
        plugins.Retiring -= EndThoseOf;
        await Task.WhenAll(slots.Keys.Select(ReleaseAsync));
    }

    [LoggerMessage(3401, LogLevel.Warning, "Account {Account}: the broker refuses the log-in: {Reason}")]
    private partial void LogLoggedOut(AccountId account, string reason);

    [LoggerMessage(3402, LogLevel.Warning, "Account {Account}: its session could not be looked at ({Error})")]
    private partial void LogNotEnded(AccountId account, string error);
}
