using System.Net;
using System.Text;
using Microsoft.Extensions.Options;
using MimeKit;
using MimeKit.Text;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Outgoing.Posting;
using TradeFlow.Platform.Tests.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

/// <summary>What becomes of the mail of an invitation.</summary>
public sealed class InvitationMailTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_relay_is_handed_the_mail_with_the_code()
    {
        using var relay = new SmtpRelay();
        var (address, answer) = await InviteAsync(SettingsOf(relay));

        answer.Status.ShouldBe(HttpStatusCode.Created);
        var (to, text) = relay.Taken.Single(taken => taken.To == address);
        to.ShouldBe(address);
        var mail = Read(text);
        mail.Subject.ShouldBe("You are invited to TradeFlow");
        mail.From.Mailboxes.Single().Address.ShouldBe("desk@example.com");
        mail.GetTextBody(TextFormat.Plain).ShouldNotBeNull().ShouldContain(answer.Text("token"));
        mail.MessageId.ShouldEndWith("@example.com");
    }

    [Fact]
    public async Task A_relay_that_refuses_fails_no_invitation()
    {
        using var relay = new SmtpRelay { OfRecipient = "550 nobody of that name" };
        var (_, answer) = await InviteAsync(SettingsOf(relay));

        answer.Status.ShouldBe(HttpStatusCode.Created);
        relay.Commands.ShouldContain("RCPT");
        relay.Taken.ShouldBeEmpty();
        (await ErrorAsync()).ShouldBe("The mail relay refused it (550).");
    }

    [Fact]
    public async Task A_relay_without_TLS_gets_nothing_where_TLS_is_asked_for()
    {
        using var relay = new SmtpRelay();
        var (_, answer) = await InviteAsync(SettingsOf(relay, ("Mail:Smtp:RequireTls", "true")));

        answer.Status.ShouldBe(HttpStatusCode.Created);
        relay.Commands.ShouldContain("EHLO");
        relay.Commands.ShouldNotContain("MAIL");
    }

    [Fact]
    public async Task Without_a_relay_the_folder_gets_a_file_that_is_its_owners_alone()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"tradeflow-mail-{Guid.NewGuid():N}");
        try
        {
            var (address, answer) = await InviteAsync(new() { ["Mail:Folder"] = folder });

            answer.Status.ShouldBe(HttpStatusCode.Created);
            var (file, mail) = (await ReadAllAsync(folder)).Single(entry => entry.Mail.To.Mailboxes.Single().Address == address);
            mail.GetTextBody(TextFormat.Plain).ShouldNotBeNull().ShouldContain(answer.Text("token"));
            if (OperatingSystem.IsWindows()) return;
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.GetUnixFileMode(folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("Mail:From", "nobody at all <", "Mail:From")]
    [InlineData("Mail:Smtp:Port", "0", "Mail:Smtp:Port")]
    [InlineData("Mail:Smtp:User", "desk", "Mail:Smtp:Password")]
    public void Settings_that_cannot_work_stop_the_start_and_are_named(string key, string value, string named) =>
        Should.Throw<OptionsValidationException>(() => ApiFixture.NewClient(api.NewFactory(new() { [key] = value }))).Message
            .ShouldContain(named);

    // The Api writes the mail down; a Worker with these settings tries to send it.
    private async Task<(string Address, Answer Answer)> InviteAsync(Dictionary<string, string?> settings)
    {
        await api.ExecuteAsync("delete from outgoing.messages");
        var ada = await Person.SignUpAsync(api);
        var address = Person.NewEmail();
        var answer = await ada.PostAsync("/api/tenant/invitations", new { email = address, role = "viewer" });
        await using var worker = WorkerJobs.Build(api.Platform, settings);
        var post = worker.GetRequiredService<PostOffice>();
        await post.StartAsync(CancellationToken.None);
        await Eventually.True(async () => await api.ScalarAsync<bool>(
            "select bool_and(ended_at is not null or last_error is not null) from outgoing.messages where event = 'mail.invitation'"),
            "it was tried");
        await post.StopAsync(CancellationToken.None);
        return (address, answer);
    }

    private Task<string?> ErrorAsync() =>
        api.ScalarAsync<string>("select last_error from outgoing.messages where event = 'mail.invitation'");

    private static async Task<List<(string File, MimeMessage Mail)>> ReadAllAsync(string folder)
    {
        List<(string, MimeMessage)> mails = [];
        foreach (var file in Directory.GetFiles(folder)) mails.Add((file, await MimeMessage.LoadAsync(file)));
        return mails;
    }

    private static Dictionary<string, string?> SettingsOf(SmtpRelay relay, params (string Key, string Value)[] others)
    {
        Dictionary<string, string?> settings = new()
        {
            ["Mail:From"] = "The desk <desk@example.com>", ["Mail:Smtp:Host"] = "127.0.0.1", ["Mail:Smtp:Port"] = $"{relay.Port}",
            ["Mail:Smtp:RequireTls"] = "false",
        };
        foreach (var (key, value) in others) settings[key] = value;
        return settings;
    }

    private static MimeMessage Read(string text)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
        return MimeMessage.Load(stream);
    }
}
