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

    /// <summary>One attempt.</summary>
    /// <returns><c>null</c>: it was delivered.</returns>
    Task<ChannelFault?> SendAsync(StoredChannel channel, ChannelMessage message, CancellationToken ct);
}
