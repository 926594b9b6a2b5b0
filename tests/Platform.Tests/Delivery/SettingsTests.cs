using System.Net;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Delivery;

/// <summary>The channels of a person, as they are set and shown.</summary>
public sealed class SettingsTests(DeliveryRig rig) : IClassFixture<DeliveryRig>
{
    private const string Route = "/api/user/notification_settings";

    [Fact]
    public async Task Channels_are_replaced_as_a_whole_and_a_new_user_has_none()
    {
        var ada = await Person.SignUpAsync(rig);
        (await ada.GetAsync(Route)).Json.GetProperty("channels").GetArrayLength().ShouldBe(0);

        var put = await DeliveryRig.PutAsync(ada,
            new { kind = "email", target = "ada@example.com", enabled = true, events = new[] { "order.failed", "gap" },
            quiet_from = "22:00", quiet_to = "07:00", time_zone = "Europe/Berlin" },
            new { kind = "telegram", target = "-100123" },
            new { kind = "discord", target = "https://discord.com/api/webhooks/123/abc_DEF-1" });
        put.Status.ShouldBe(HttpStatusCode.OK);
        var read = (await ada.GetAsync(Route)).Json.GetProperty("channels");
        read.GetRawText().ShouldBe(put.Json.GetProperty("channels").GetRawText());
        var mail = read[0];
        mail.GetProperty("events").EnumerateArray().Select(name => name.GetString()).ShouldBe(["order.failed", "gap"]);
        (mail.GetProperty("quiet_from").GetString(), mail.GetProperty("quiet_to").GetString(), mail.GetProperty("time_zone").GetString())
            .ShouldBe(("22:00", "07:00", "Europe/Berlin"));
        read[1].GetProperty("events").GetArrayLength().ShouldBe(11, "all events when none are named");

        var changed = await DeliveryRig.PutAsync(ada, new { id = mail.GetProperty("id").GetGuid(), enabled = false });
        changed.Status.ShouldBe(HttpStatusCode.OK);
        var left = (await ada.GetAsync(Route)).Json.GetProperty("channels").EnumerateArray().ShouldHaveSingleItem();
        (left.GetProperty("target").GetString(), left.GetProperty("enabled").GetBoolean()).ShouldBe(("ada@example.com", false));
    }

    [Fact]
    public async Task The_secret_of_a_webhook_is_in_the_answer_that_made_it_and_in_no_other()
    {
        var ada = await Person.SignUpAsync(rig);
        var (id, path, secret) = await rig.WebhookAsync(ada, "gap");

        secret.ShouldStartWith("whsec_");
        Convert.FromBase64String(secret["whsec_".Length..]).Length.ShouldBe(32);
        (await ada.GetAsync(Route)).Json.GetRawText().ShouldNotContain("whsec_");
        (await DeliveryRig.PutAsync(ada, new { id,
            target = $"{rig.Receiver.Address}{path}/new" })).Json.GetRawText().ShouldNotContain("whsec_");
    }

    [Fact]
    public async Task Targets_and_secrets_are_sealed_at_rest()
    {
        var ada = await Person.SignUpAsync(rig);
        var (id, path, secret) = await rig.WebhookAsync(ada, "gap");

        var row = await rig.ScalarAsync<string>(
            $"select encode(target, 'escape') || encode(secret, 'escape') from delivery.channels where id = '{id}'");

        row.ShouldNotBeNull().ShouldNotContain(path);
        row.ShouldNotContain(secret["whsec_".Length..]);
    }

    [Fact]
    [Trait("Control", "T2")]
    public async Task Channels_are_those_of_one_person_in_one_tenant()
    {
        var ada = await Person.SignUpAsync(rig);
        var (id, _, _) = await rig.WebhookAsync(ada, "gap");
        var viewer = await ada.InviteAsync(rig, "viewer");
        var eve = await Person.SignUpAsync(rig);

        foreach (var other in new[] { viewer, eve })
        {
            (await other.GetAsync(Route)).Json.GetProperty("channels").GetArrayLength().ShouldBe(0);
            (await DeliveryRig.PutAsync(other, new { id, enabled = false })).Status.ShouldBe(HttpStatusCode.NotFound);
            (await other.PostAsync($"{Route}/test", new { channel_id = id })).Status.ShouldBe(HttpStatusCode.NotFound);
            (await other.GetAsync($"{Route}/deliveries?channel_id={id}")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        }
        (await DeliveryRig.PutAsync(viewer, new { kind = "email", target = "v@example.com" })).Status.ShouldBe(HttpStatusCode.OK,
            "a viewer has channels too");
        (await ada.GetAsync(Route)).Json.GetProperty("channels").EnumerateArray().ShouldHaveSingleItem().GetProperty("enabled").GetBoolean()
            .ShouldBeTrue();
    }

    [Fact]
    public async Task Programs_do_not_see_where_people_are_told()
    {
        var ada = await Person.SignUpAsync(rig);
        var program = ada.With((await ada.PostAsync("/api/user/tokens", new { name = "p", scopes = new[] { "admin" } })).Text("token"));

        (await program.GetAsync(Route)).Status.ShouldBe(HttpStatusCode.Forbidden);
        (await new Person(rig.NewClient(), "x").SendAsync(HttpMethod.Get, Route, null, null)).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("""{"kind":"pigeon","target":"x"}""", "channels[0].kind")]
    [InlineData("""{"kind":"email","target":"nobody"}""", "channels[0].target")]
    [InlineData("""{"kind":"email","target":"Ada <ada@example.com>"}""", "channels[0].target")]
    [InlineData("""{"kind":"email","target":"ada@example.com\r\nBcc: all@example.com"}""", "channels[0].target")]
    [InlineData("""{"kind":"email"}""", "channels[0].target")]
    [InlineData("""{"kind":"telegram","target":"my phone"}""", "channels[0].target")]
    [InlineData("""{"kind":"telegram","target":"../getUpdates"}""", "channels[0].target")]
    [InlineData("""{"kind":"email","target":"a@example.com","events":["nothing"]}""", "channels[0].events")]
    [InlineData("""{"kind":"email","target":"a@example.com","events":[null]}""", "channels[0].events")]
    [InlineData("""{"kind":"email","target":"a@example.com","quiet_from":"22:00"}""", "channels[0].quiet_to")]
    [InlineData("""{"kind":"email","target":"a@example.com","quiet_from":"25:00","quiet_to":"07:00"}""", "channels[0].quiet_from")]
    [InlineData("""{"kind":"email","target":"a@example.com","time_zone":"Mars/Olympus"}""", "channels[0].time_zone")]
    public async Task What_cannot_be_is_named_by_its_path(string channel, string path)
    {
        var ada = await Person.SignUpAsync(rig);

        var answer = await ada.SendAsync(HttpMethod.Put, Route, $$"""{"channels":[{{channel}}]}""", ada.AccessToken);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Fields.ShouldBe([path]);
    }

    [Theory]
    [Trait("Control", "S1")]
    [InlineData("webhook", "https://localhost/hook")]
    [InlineData("webhook", "https://127.0.0.2/hook")]
    [InlineData("webhook", "https://127.2:8443/hook")]
    [InlineData("webhook", "https://2130706434/hook")]
    [InlineData("webhook", "https://0x7f.2/hook")]
    [InlineData("webhook", "https://10.0.0.1/hook")]
    [InlineData("webhook", "https://169.254.169.254/latest/meta-data")]
    [InlineData("webhook", "https://192.168.1.1/")]
    [InlineData("webhook", "https://[::1]/hook")]
    [InlineData("webhook", "https://[::ffff:127.0.0.1]/hook")]
    [InlineData("webhook", "https://[64:ff9b::7f00:1]/hook")]
    [InlineData("webhook", "http://1.1.1.1/hook")]
    [InlineData("webhook", "https://user:pw@1.1.1.1/hook")]
    [InlineData("webhook", "file:///etc/passwd")]
    [InlineData("webhook", "gopher://1.1.1.1/")]
    [InlineData("discord", "https://example.com/api/webhooks/123/abc")]
    [InlineData("discord", "https://discord.com.example.com/api/webhooks/123/abc")]
    [InlineData("discord", "https://discord.com@127.0.0.1/api/webhooks/123/abc")]
    [InlineData("discord", "http://discord.com/api/webhooks/123/abc")]
    [InlineData("discord", "https://discord.com/api/users/@me")]
    [InlineData("discord", "https://discord.com/api/webhooks/123/abc/../../../users")]
    [InlineData("discord", "https://127.0.0.1/api/webhooks/123/abc")]
    public async Task An_address_that_messages_must_not_go_to_is_refused(string kind, string target)
    {
        var ada = await Person.SignUpAsync(rig);

        var answer = await DeliveryRig.PutAsync(ada, new { kind, target });

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Fields.ShouldBe(["channels[0].target"]);
    }

    [Fact]
    public async Task There_is_an_end_of_channels()
    {
        var ada = await Person.SignUpAsync(rig);

        var answer = await DeliveryRig.PutAsync(ada, [.. Enumerable.Range(0, 21).Select(_ => new { kind = "email",
            target = "a@example.com" })]);

        answer.Fields.ShouldBe(["channels"]);
    }
}
