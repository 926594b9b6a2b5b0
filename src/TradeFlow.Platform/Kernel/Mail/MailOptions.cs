using System.ComponentModel.DataAnnotations;
using MimeKit;

namespace TradeFlow.Platform.Kernel.Mail;

/// <summary>Where mails go: the section <c>Mail</c>.</summary>
internal sealed class MailOptions : IValidatableObject
{
    public string From { get; set; } = "TradeFlow <no-reply@localhost>";

    /// <summary>Without a relay each mail becomes an .eml file in this folder.</summary>
    public string? Folder { get; set; }

    public SmtpRelay Smtp { get; set; } = new();

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!MailboxAddress.TryParse(From, out _))
            yield return new("Mail:From is no address: use a form such as \"TradeFlow <no-reply@example.com>\".", [nameof(From)]);
        if (Smtp.Port is < 1 or > 65535) yield return new("Mail:Smtp:Port must be from 1 to 65535.", [nameof(Smtp)]);
        if (Smtp.User is null != Smtp.Password is null)
            yield return new("Mail:Smtp:User and Mail:Smtp:Password belong together: set both or none.", [nameof(Smtp)]);
    }

    internal sealed class SmtpRelay
    {
        public string? Host { get; set; }

        /// <summary>465 speaks TLS from the first byte, every other port may change to it (STARTTLS).</summary>
        public int Port { get; set; } = 587;

        public string? User { get; set; }

        public string? Password { get; set; }

        /// <summary>Nothing is sent to a relay that does not offer TLS. When not set: true in Production.</summary>
        public bool? RequireTls { get; set; }
    }
}
