namespace TradeFlow.Platform.Delivery.Channels;

/// <summary>A way to reach people. Each has a folder of its own.</summary>
internal interface IChannelKind
{
    string Kind { get; }

    /// <summary>Whether messages are signed with a secret that is made for the channel.</summary>
    bool IsSigned => false;

    /// <summary>Whether a channel may have this target.</summary>
    /// <returns>A sentence that says how to mend it, or <c>null</c>.</returns>
    Task<string?> ProblemAsync(string target, CancellationToken ct);

    /// <summary>What is kept, sealed, of where the messages go.</summary>
    /// <param name="before">What is kept of the channel that this changes.</param>
    /// <param name="path">Of the channel in the body: faults are named below it.</param>
    /// <returns><c>null</c> when something is wrong with it.</returns>
    Task<string?> ReadAsync(ChannelInput sent, string? before, string path, Dictionary<string, string[]> errors, CancellationToken ct) =>
        TargetAsync(sent.Target, before, path, errors, ct);

    /// <summary>What users see of what is kept.</summary>
    ShownTarget Shown(string kept) => new(kept);

    /// <summary>One attempt.</summary>
    /// <returns><c>null</c>: it was delivered.</returns>
    Task<ChannelFault?> SendAsync(StoredChannel channel, ChannelMessage message, CancellationToken ct);

    /// <summary>The target as it was sent, or as it was before.</summary>
    /// <returns><c>null</c> when something is wrong with it.</returns>
    async Task<string?> TargetAsync(string? sent, string? before, string path, Dictionary<string, string[]> errors, CancellationToken ct)
    {
        if ((sent ?? before)?.Trim() is not { Length: > 0 } target) errors[$"{path}.target"] = ["Enter where the messages go."];
        else if (target != before && await ProblemAsync(target, ct) is { } problem) errors[$"{path}.target"] = [problem];
        else return target;
        return null;
    }
}

/// <param name="Target">Where the messages go.</param>
/// <param name="SubscriptionId">By which a browser knows its own channel.</param>
internal sealed record ShownTarget(string Target, string? SubscriptionId = null);
