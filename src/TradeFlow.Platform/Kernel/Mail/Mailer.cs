using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Utils;

namespace TradeFlow.Platform.Kernel.Mail;

/// <summary>
/// Sends a mail through the relay, or puts it into a folder as one .eml file, from where a developer or a relay of the operator takes it.
/// </summary>
internal sealed partial class Mailer(IOptions<MailOptions> options, IHostEnvironment environment, TimeProvider clock, ILogger<Mailer> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly FormatOptions OnTheWire = NewFormat();
    private readonly MailOptions options = options.Value;
    private int hasTold;

    /// <returns><c>null</c> once the relay or the folder has it, else why not, without the words of the mail.</returns>
    public async Task<string?> SendAsync(string to, string subject, string text, CancellationToken ct)
    {
        using var mail = Write(to, subject, text);
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            if (options.Smtp.Host is { Length: > 0 } host)
            {
                await RelayAsync(host, mail, either.Token);
                return null;
            }
            var isFirst = Interlocked.Exchange(ref hasTold, 1) == 0;
            if (options.Folder is not { Length: > 0 } folder)
            {
                if (isFirst) LogNoWay();
                return "Mail is not set up on this server.";
            }
            if (isFirst) LogFolder(folder);
            await PutAsync(folder, mail, either.Token);
            return null;
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // The words of a relay may hold the mail's: the kind of the fault is enough for whoever keeps it.
            var kind = e is SmtpCommandException refusal ? $"{e.GetType().Name} {(int)refusal.StatusCode}" : e.GetType().Name;
            LogNotSent(kind);
            return e is SmtpCommandException said
                ? $"The mail relay refused it ({(int)said.StatusCode})." : $"The mail relay could not be used ({kind}).";
        }
    }

    private MimeMessage Write(string to, string subject, string text)
    {
        var from = MailboxAddress.Parse(options.From);
        var mail = new MimeMessage { Subject = subject, Date = clock.GetUtcNow(), Body = new TextPart("plain") { Text = text } };
        mail.From.Add(from);
        mail.To.Add(MailboxAddress.Parse(to));
        mail.MessageId = MimeUtils.GenerateMessageId(from.Domain);
        return mail;
    }

    private async Task RelayAsync(string host, MimeMessage mail, CancellationToken ct)
    {
        using var client = new SmtpClient();
        var relay = options.Smtp;
        var tls = relay.RequireTls ?? environment.IsProduction();
        var way = relay.Port == 465 ? SecureSocketOptions.SslOnConnect : tls
            ? SecureSocketOptions.StartTls : SecureSocketOptions.StartTlsWhenAvailable;
        await client.ConnectAsync(host, relay.Port, way, ct);
        if (relay is { User: { } user, Password: { } password }) await client.AuthenticateAsync(user, password, ct);
        await client.SendAsync(OnTheWire, mail, ct);
        await client.DisconnectAsync(quit: true, ct);
    }

    private async Task PutAsync(string folder, MimeMessage mail, CancellationToken ct)
    {
        // A mail may open a door: nobody else on the machine reads it.
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = Path.Combine(folder, $"{clock.GetUtcNow():yyyyMMddHHmmssfff}-{Guid.NewGuid():N}.eml");
        var creation = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) creation.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var file = new FileStream(path + ".tmp", creation)) await mail.WriteToAsync(OnTheWire, file, ct);
        // Renamed when whole: who watches the folder never reads half a mail.
        File.Move(path + ".tmp", path);
    }

    private static FormatOptions NewFormat()
    {
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        return format;
    }

    [LoggerMessage(1050, LogLevel.Warning, "Neither Mail:Smtp:Host nor Mail:Folder is set: mails are not sent")]
    private partial void LogNoWay();

    [LoggerMessage(1052, LogLevel.Information, "Mail:Smtp:Host is not set: mails become files in {Folder}")]
    private partial void LogFolder(string folder);

    [LoggerMessage(1051, LogLevel.Warning, "A mail was not sent: {Kind}")]
    private partial void LogNotSent(string kind);
}
