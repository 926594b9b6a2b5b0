namespace TradeFlow.Platform.Outgoing.Contracts;

/// <summary>Sends messages of one kind. Whatever module has such messages implements it.</summary>
internal interface IMessageSender
{
    string Kind { get; }

    /// <summary>One attempt. What it throws is a failed attempt whose reason is not shown.</summary>
    Task<SendOutcome> SendAsync(OutgoingMessage message, CancellationToken ct);
}
