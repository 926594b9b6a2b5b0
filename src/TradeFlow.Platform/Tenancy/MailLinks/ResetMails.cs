using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Mail;
using TradeFlow.Platform.Outgoing.Contracts;

namespace TradeFlow.Platform.Tenancy.MailLinks;

/// <summary>
/// Mails the link to a new password to whoever has the address, if anybody has. Each attempt makes a new link, which ends the one before.
/// </summary>
internal sealed class ResetMails(Database database, MailTokens tokens, Mailer mailer) : IMessageSender
{
    public string Kind => Forgot.MessageKind;

    public async Task<SendOutcome> SendAsync(OutgoingMessage message, CancellationToken ct)
    {
        var lost = LostPassword.Read(message.Payload);
        if (await MakeAsync(lost, ct) is not { } made) return new SendOutcome.Delivered();
        var fault = await mailer.SendAsync(made.Email, "A new password", $"""
            Somebody asked for a new password for your TradeFlow account. Choose one here:

            {lost.Origin}/reset?token={made.Token}

            The link works once, for 30 minutes. It ends every session and every personal access token; the keys of your accounts and
            two-factor log-in stay. Did you not ask? Then do nothing.
            """, ct);
        return fault is null ? new SendOutcome.Delivered() : new SendOutcome.Failed(fault);
    }

    private async Task<(string Email, string Token)?> MakeAsync(LostPassword lost, CancellationToken ct)
    {
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        Guid user;
        string email;
        await using (var command = new NpgsqlCommand(
            "select id, email from tenancy.users where normalized_email = $1 and disabled_at is null for no key update", connection))
        {
            command.Parameters.AddWithValue(lost.NormalizedEmail);
            await using var row = await command.ExecuteReaderAsync(ct);
            if (!await row.ReadAsync(ct)) return null;
            (user, email) = (row.GetGuid(0), row.GetString(1));
        }
        // Nobody's mailbox is filled by others.
        if (await tokens.AreManyAsync(user, MailPurpose.Reset, connection, ct)) return null;
        var token = await tokens.MakeAsync(new MailProof(user, MailPurpose.Reset, email, lost.NormalizedEmail), connection, ct);
        await transaction.CommitAsync(ct);
        return (email, token);
    }
}
