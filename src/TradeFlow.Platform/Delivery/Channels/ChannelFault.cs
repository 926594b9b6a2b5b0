namespace TradeFlow.Platform.Delivery.Channels;

/// <summary>Why a message was not delivered.</summary>
/// <param name="Reason">A sentence without secrets.</param>
/// <param name="IsFinal">There is nobody behind the target any more, so the channel is switched off.</param>
internal sealed record ChannelFault(string Reason, bool IsFinal = false)
{
    public static ChannelFault? Of(string? reason) => reason is null ? null : new ChannelFault(reason);
}
