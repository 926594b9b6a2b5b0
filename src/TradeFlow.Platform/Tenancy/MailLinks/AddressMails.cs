using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Outgoing.Contracts;

namespace TradeFlow.Platform.Tenancy.MailLinks;

/// <summary>The mails about a person's address, as rows of the caller's transaction on a connection of the system role.</summary>
internal sealed class AddressMails(MailTokens tokens, Outbox outbox, TimeProvider clock)
{
    /// <param name="origin">Where our pages are, such as <c>https://trade.example.com</c>.</param>
    public async Task VerifyAsync(
        Guid user, string email, string normalized, string origin, NpgsqlConnection connection, CancellationToken ct)
    {
        var token = await tokens.MakeAsync(new MailProof(user, MailPurpose.Verify, email, normalized), connection, ct);
        await AddAsync("mail.verify", email, "Confirm your e-mail address", $"""
            Welcome to TradeFlow. Confirm that this address is yours:

            {Link(origin, "verify", token)}

            The link works once, for 24 hours. Did you not sign up? Then do nothing.
            """, connection, ct);
    }

    /// <summary>To the new address the link; to the old one a word.</summary>
    public async Task ChangeAsync(
        Guid user, string old, string email, string normalized, string origin, NpgsqlConnection connection, CancellationToken ct)
    {
        var token = await tokens.MakeAsync(new MailProof(user, MailPurpose.Email, email, normalized), connection, ct);
        await AddAsync("mail.change", email, "Confirm your new e-mail address", $"""
            Confirm that this is to be the address of your TradeFlow account:

            {Link(origin, "verify", token)}

            The link works once, for 24 hours. Until then your old address counts.
            """, connection, ct);
        await AddAsync("mail.change_asked", old, "Your e-mail address is about to change", $"""
            Somebody who is logged in to your TradeFlow account wants {email} to be its address. It counts once it is confirmed there.

            Was it not you? Change your password now: {origin}/settings
            """, connection, ct);
    }

    public Task ChangedAsync(string old, string email, NpgsqlConnection connection, CancellationToken ct) =>
        AddAsync("mail.changed", old, "Your e-mail address has changed", $"""
            The address of your TradeFlow account is {email} from now on.

            Was it not you? Write to whoever runs this server.
            """, connection, ct);

    public Task PasswordAsync(string email, NpgsqlConnection connection, CancellationToken ct) =>
        AddAsync("mail.password_changed", email, "Your password has changed", $"""
            Your TradeFlow account has a new password since {clock.GetUtcNow().UtcDateTime:yyyy-MM-dd HH:mm} UTC.

            Was it not you? Ask for a new password on the log-in page, and look at your accounts.
            """, connection, ct);

    public Task PasskeyAsync(string email, string name, string origin, NpgsqlConnection connection, CancellationToken ct) =>
        AddAsync("mail.passkey", email, "A passkey was added", $"""
            The passkey “{name}” opens your TradeFlow account since {clock.GetUtcNow().UtcDateTime:yyyy-MM-dd HH:mm} UTC.

            Was it not you? Remove it and change your password now: {origin}/settings
            """, connection, ct);

    public Task NewDeviceAsync(string email, string words, string origin, NpgsqlConnection connection, CancellationToken ct) =>
        AddAsync("mail.new_device", email, "A log-in from a new device", $"""
            {words}

            Was it not you? Change your password now: {origin}/settings
            """, connection, ct);

    private static string Link(string origin, string page, string token) => $"{origin}/{page}?token={token}";

    private Task AddAsync(string name, string to, string subject, string text, NpgsqlConnection connection, CancellationToken ct) =>
        new OutgoingMail(to, subject, text).AddAsync(name, tenant: null, outbox, clock, connection, ct);
}
