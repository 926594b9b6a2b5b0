using System.Collections.Concurrent;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>The Worker's end of the agents: one mailbox per account, woken by Redis, sure by PostgreSQL.</summary>
internal sealed class AgentMailboxes : IDisposable
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource> waiting = new(StringComparer.Ordinal);
    private readonly Database database;
    private readonly RedisBus bus;
    private readonly IDisposable subscription;

    public AgentMailboxes(Database database, RedisBus bus)
    {
        (this.database, this.bus) = (database, bus);
        subscription = bus.Subscribe(AgentTopics.Answered, message =>
        {
            if (waiting.TryGetValue(message, out var wake)) wake.TrySetResult();
        });
    }

    public IAgentChannel Of(TenantId tenant, AccountId account) => new AgentMailbox(database, this, tenant, account);

    /// <summary>Returns when the command may have a result, or soon anyway.</summary>
    public async Task WaitAsync(AccountId account, string id, TimeSpan atMost, CancellationToken ct)
    {
        var pause = TimeSpan.FromMilliseconds(bus.IsConnected ? 500 : 100);
        var wake = waiting.GetOrAdd($"{account}:{id}", _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await wake.Task.WaitAsync(atMost < pause ? atMost : pause, ct);
        }
        catch (TimeoutException)
        {
            // The row tells.
        }
        finally
        {
            if (wake.Task.IsCompleted) waiting.TryRemove($"{account}:{id}", out _);
        }
    }

    public void Forget(AccountId account, string id) => waiting.TryRemove($"{account}:{id}", out _);

    public void Dispose() => subscription.Dispose();

    internal static ConnectorException Unavailable(Exception cause) =>
        new(ConnectorErrorKind.Transient, "The terminal's mailbox cannot be reached.", cause);

    internal static bool IsAway(Exception e) => e is NpgsqlException or TimeoutException;
}
