using System.Net.Mail;
using TradeFlow.Platform.Delivery.Events;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Mail;

namespace TradeFlow.Platform.Delivery.Channels.Email;

/// <summary>A mail for each message.</summary>
internal sealed class EmailChannel(Mailer mailer, PublicAddress address) : IChannelKind
{
    private const int LongestAddress = 254;
    private const int LongestSubject = 120;

    public string Kind => "email";

    public Task<string?> ProblemAsync(string target, CancellationToken ct) =>
        Task.FromResult(target.Length <= LongestAddress && ForeignText.IsPlain(target) && MailAddress.TryCreate(target, out var parsed)
            && parsed.Address == target
            && parsed.Host.Contains('.', StringComparison.Ordinal)
                ? null : "Enter an e-mail address such as ada@example.com.");

    public async Task<ChannelFault?> SendAsync(StoredChannel channel, ChannelMessage message, CancellationToken ct) =>
        ChannelFault.Of(await mailer.SendAsync(channel.Target, SubjectOf(message), TextOf(message), ct));

    private static string SubjectOf(ChannelMessage message) =>
        ForeignText.Clean(message.Event == ChannelEvent.Test ? "TradeFlow: this is a test"
            : $"TradeFlow: {ChannelEvent.TitleOf(message.Event)}", LongestSubject);

    private string TextOf(ChannelMessage message)
    {
        var settings = address.Url is { } url ? $" ({new Uri(url, "settings")})" : "";
        return $"""
            {message.Text}

            {message.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC

            You get this mail because of your notification settings at TradeFlow{settings}.
            """;
    }
}
