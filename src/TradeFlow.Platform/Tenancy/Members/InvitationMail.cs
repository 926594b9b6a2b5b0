using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace TradeFlow.Platform.Tenancy.Members;

/// <summary>
/// Puts the mail into the folder <c>Mail:Folder</c> as one .eml file, from where a mail relay of the operator (or a developer) takes it. Without a folder
/// nothing is sent, which the log says: the one who invites has the token in the answer anyway.
/// </summary>
internal sealed partial class InvitationMail(IConfiguration configuration, TimeProvider clock, ILogger<InvitationMail> log)
{
    public async Task SendAsync(string to, string role, string token, CancellationToken ct)
    {
        if (configuration["Mail:Folder"] is not { Length: > 0 } folder)
        {
            LogNoFolder();
            return;
        }
        // The mail opens the door: nobody else on the machine reads it.
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var path = Path.Combine(folder, $"{clock.GetUtcNow():yyyyMMddHHmmssfff}-{Guid.NewGuid():N}.eml");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using (var file = new StreamWriter(path + ".tmp", new UTF8Encoding(false), options))
            await file.WriteAsync(Text(to, role, token).AsMemory(), ct);
        // Renamed when whole: a relay that watches the folder never reads half a mail.
        File.Move(path + ".tmp", path);
    }

    private string Text(string to, string role, string token) =>
        $"From: {configuration["Mail:From"] ?? "TradeFlow <no-reply@localhost>"}\r\nTo: {to}\r\nDate: {clock.GetUtcNow():R}\r\nSubject: You are invited to TradeFlow\r\n" +
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" +
        $"You are invited to a TradeFlow workspace as {role}.\r\n\r\nSign up or log in with this address, open Settings, Members, and enter the code:\r\n\r\n{token}\r\n\r\nIt works once, for seven days.\r\n";

    [LoggerMessage(1101, LogLevel.Warning, "Mail:Folder is not set: the invitation was not mailed")]
    private partial void LogNoFolder();
}
