using System.Text.Json;
using TradeFlow.Platform.Kernel.Mail;
using TradeFlow.Platform.Outgoing.Contracts;

namespace TradeFlow.Platform.Outgoing.Posting;

/// <summary>Hands mails to the relay, or to the folder.</summary>
internal sealed class MailSender(Mailer mailer) : IMessageSender
{
    public string Kind => OutgoingMail.Kind;

    public async Task<SendOutcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        var mail = JsonSerializer.Deserialize(message.Payload, MailJson.Default.OutgoingMail)!; // OutgoingMail.AddAsync wrote it
        return await mailer.SendAsync(mail.To, mail.Subject, mail.Text, ct) is { } fault ? new SendOutcome.Failed(fault)
            : new SendOutcome.Delivered();
    }
}
