using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Outgoing.Contracts;

namespace TradeFlow.Platform.Outgoing.Posting;

/// <summary>
/// Sends what is due. An attempt is counted before it is made, and what a Worker that dies leaves behind is due again half a minute later:
/// a message may come twice, with the same id, and none is lost. Channels do not wait for each other, and no tenant takes all places.
/// </summary>
internal sealed partial class PostOffice(
    MessageStore store, Outbox outbox, IEnumerable<IMessageSender> senders, TimeProvider clock, Supervisor supervisor,
    ILogger<PostOffice> log)
    : SupervisedService(supervisor)
{
    private const int Places = 64;
    private const int PlacesOfOneTenant = 4;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<Guid, Taken> busy = new();
    private readonly Dictionary<string, IMessageSender> byKind = senders.ToDictionary(sender => sender.Kind, StringComparer.Ordinal);

    protected override IReadOnlyList<(string Name, Func<CancellationToken, Task> RunAsync)> Loops =>
        [("outgoing messages", KeepPostingAsync)];

    private async Task KeepPostingAsync(CancellationToken ct)
    {
        List<Task> running = [];
        try
        {
            while (true)
            {
                running.RemoveAll(task => task.IsCompleted);
                var taken = running.Count < Places ? await TakeAsync(Places - running.Count, ct) : [];
                foreach (var one in taken) busy[one.Message.Id] = one;
                running.AddRange(taken.Select(one => PostAsync(one, ct)));
                if (taken.Count == 0) await outbox.WaitAsync(Look, ct);
            }
        }
        finally
        {
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<List<Taken>> TakeAsync(int most, CancellationToken ct)
    {
        var held = busy.Values.ToList();
        // filtered by the line itself
        var full = held.Where(one => one.Message.Tenant is not null).CountBy(one => one.Message.Tenant!.Value.Value)
            .Where(count => count.Value >= PlacesOfOneTenant).Select(count => count.Key);
        return store.TakeAsync([.. held.Select(one => one.Message.Channel ?? one.Message.Id)], [.. full], byKind.Keys, most, ct);
    }

    private async Task PostAsync(Taken taken, CancellationToken ct)
    {
        try
        {
            var outcome = await SendAsync(taken, ct);
            if (outcome is SendOutcome.Failed { Reason: var reason })
                LogFailed(taken.Message.Id, taken.Message.Kind, taken.Attempts, reason);
            await EndAsync(taken, outcome, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // It is due again by itself.
            LogNotNoted(e, taken.Message.Id);
        }
        finally
        {
            busy.TryRemove(taken.Message.Id, out _);
            outbox.Ring();
        }
    }

    private async Task<SendOutcome> SendAsync(Taken taken, CancellationToken ct)
    {
        var message = taken.Message;
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            return await byKind[message.Kind].SendAsync(message with { Payload = outbox.Open(message.Tenant, taken.Sealed, message.Id) },
                either.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return new SendOutcome.Failed("There was no answer in time.");
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            LogFault(e, message.Id, message.Kind);
            return new SendOutcome.Failed("It could not be sent because of a fault of ours, which is in our log.");
        }
    }

    private Task EndAsync(Taken taken, SendOutcome outcome, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        return outcome switch
        {
            SendOutcome.Delivered => store.EndAsync(taken, delivered: true, null, ct),
            SendOutcome.GivenUp gone => store.EndAsync(taken, delivered: false, gone.Reason, ct),
            SendOutcome.Later later => store.PostponeAsync(taken, later.Until, ct),
            SendOutcome.Failed failed when !taken.Message.Once && RetryTimes.Next(taken.Attempts, taken.BeginsAt, now) is { } next =>
                store.RetryAsync(taken, next, failed.Reason, ct),
            SendOutcome.Failed failed => store.EndAsync(taken, delivered: false, failed.Reason, ct),
            _ => throw new UnreachableException(),
        };
    }

    [LoggerMessage(1060, LogLevel.Information, "Message {Message} ({Kind}) was not delivered, attempt {Attempt}: {Reason}")]
    private partial void LogFailed(Guid message, string kind, int attempt, string reason);

    [LoggerMessage(1061, LogLevel.Error, "Message {Message} ({Kind}) could not be sent")]
    private partial void LogFault(Exception e, Guid message, string kind);

    [LoggerMessage(1062, LogLevel.Error, "What became of message {Message} could not be noted")]
    private partial void LogNotNoted(Exception e, Guid message);
}
