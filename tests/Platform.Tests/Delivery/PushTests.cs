using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Lib.Net.Http.WebPush;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Delivery.Channels.Push;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Delivery;

/// <summary>A browser is told by its push service, which cannot read what it hands on.</summary>
public sealed class PushTests(DeliveryRig rig) : IClassFixture<DeliveryRig>
{
    private const string Route = "/api/user/notification_settings";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_browser_is_told_in_words_that_it_alone_reads_by_who_we_say_we_are()
    {
        await rig.ShareWorkerAsync();
        var ada = await Person.SignUpAsync(rig);
        using var browser = new FakeBrowser();
        var (id, path) = await SubscribeAsync(ada, browser);

        await rig.TellAsync(ada, "order.failed", "Your exit failed: the market is closed – “EURUSD”.", "critical");

        await Eventually.True(() => rig.Receiver.At(path).Count > 0, Soon, "it is told");
        var told = rig.Receiver.At(path).ShouldHaveSingleItem();
        told.Headers["content-encoding"].ShouldBe("aes128gcm");
        told.Headers["ttl"].ShouldBe("86400");
        told.Headers["urgency"].ShouldBe("high");
        var words = browser.Read(told.Bytes);
        words.GetProperty("title").GetString().ShouldBe("An order failed");
        words.GetProperty("body").GetString().ShouldBe("Your exit failed: the market is closed – “EURUSD”.");
        words.GetProperty("url").GetString().ShouldBe("/orders");
        words.GetProperty("tag").GetString().ShouldNotBeNullOrEmpty();
        await ShouldBeOursAsync(told.Headers["authorization"], ada);
        await Eventually.True(async () => (await DeliveryRig.DeliveryAsync(ada, id)).GetProperty("status").GetString() == "delivered",
            Soon, "the log says so");
    }

    [Fact]
    public async Task A_long_text_fits_into_what_a_push_service_takes()
    {
        await rig.ShareWorkerAsync();
        var ada = await Person.SignUpAsync(rig);
        using var browser = new FakeBrowser();
        var (_, path) = await SubscribeAsync(ada, browser);

        await rig.TellAsync(ada, "gap", new string('€', 3000));

        await Eventually.True(() => rig.Receiver.At(path).Count > 0, Soon, "it is told");
        var told = rig.Receiver.At(path)[0];
        told.Bytes.Length.ShouldBeLessThanOrEqualTo(4096);
        browser.Read(told.Bytes).GetProperty("body").GetString().ShouldNotBeNull().ShouldEndWith("€…");
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task A_browser_that_has_unsubscribed_ends_its_channel_and_the_person_learns_why(int status)
    {
        await rig.ShareWorkerAsync();
        var ada = await Person.SignUpAsync(rig);
        using var browser = new FakeBrowser();
        var (id, path) = await SubscribeAsync(ada, browser);
        rig.Receiver.Answers[path] = (status, "push subscription has unsubscribed or expired");

        await rig.TellAsync(ada, "gap");

        await Eventually.True(() => rig.Receiver.At(path).Count > 0, Soon, "it is told");
        await Eventually.True(async () => (await DeliveryRig.DeliveryAsync(ada, id)).GetProperty("status").GetString() == "failed",
            Soon, "it is not tried again");
        (await DeliveryRig.DeliveryAsync(ada, id)).GetProperty("last_error").GetString().ShouldNotBeNull()
            .ShouldStartWith($"The browser is not subscribed any more ({status})");
        (await ada.GetAsync(Route)).Json.GetProperty("channels")[0].GetProperty("enabled").GetBoolean().ShouldBeFalse();
        (await ada.GetAsync("/api/notifications")).Json.GetProperty("items").EnumerateArray()
            .Count(one => one.GetProperty("kind").GetString() == "channel.ended").ShouldBe(1);
        rig.Receiver.At(path).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_push_service_that_is_out_of_order_leaves_the_channel_on_and_a_test_says_so()
    {
        await rig.ShareWorkerAsync();
        var ada = await Person.SignUpAsync(rig);
        using var browser = new FakeBrowser();
        var (id, path) = await SubscribeAsync(ada, browser);
        rig.Receiver.Answers[path] = (503, "");

        var failed = await ada.PostAsync($"{Route}/test", new { channel_id = id });
        rig.Receiver.Answers[path] = (202, "");
        var taken = await ada.PostAsync($"{Route}/test", new { channel_id = id });

        (failed.Json.GetProperty("delivered").GetBoolean(), failed.Text("error")).ShouldBe((false, "The push service answered 503."));
        taken.Json.GetProperty("delivered").GetBoolean().ShouldBeTrue("202 is taken too");
        (await ada.GetAsync(Route)).Json.GetProperty("channels")[0].GetProperty("enabled").GetBoolean().ShouldBeTrue();
        browser.Read(rig.Receiver.At(path)[1].Bytes).GetProperty("url").GetString().ShouldBe("/settings");
    }

    [Fact]
    public async Task The_address_and_the_keys_of_a_browser_are_in_no_answer_and_stay_when_the_list_is_sent_back()
    {
        await rig.ShareWorkerAsync();
        var ada = await Person.SignUpAsync(rig);
        using var browser = new FakeBrowser();
        var (id, path) = await SubscribeAsync(ada, browser);

        var shown = (await ada.GetAsync(Route)).Json.GetProperty("channels")[0];
        var back = await DeliveryRig.PutAsync(ada, JsonSerializer.Deserialize<object>(shown.GetRawText())!);
        var renamed = await DeliveryRig.PutAsync(ada, new { id, target = "My phone", quiet_from = "22:00", quiet_to = "07:00" });
        var row = await rig.ScalarAsync<string>($"select encode(target, 'escape') from delivery.channels where id = '{id}'");
        await ada.PostAsync($"{Route}/test", new { channel_id = id });

        shown.GetProperty("target").GetString().ShouldBe("Chrome on Linux");
        shown.GetProperty("subscription_id").GetString()
            .ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rig.Receiver.Address + path))));
        back.Json.GetProperty("channels")[0].GetRawText().ShouldBe(shown.GetRawText());
        renamed.Json.GetProperty("channels")[0].GetProperty("target").GetString().ShouldBe("My phone");
        foreach (var text in new[] { shown.GetRawText(), renamed.Json.GetRawText(), row.ShouldNotBeNull() })
            foreach (var hidden in new[] { path, browser.Auth, browser.P256dh })
                text.ShouldNotContain(hidden);
        browser.Read(rig.Receiver.At(path).ShouldHaveSingleItem().Bytes).GetProperty("title").GetString().ShouldBe("Test");
    }

    [Theory]
    [InlineData("https://push.example.com/x", "{P}", "{A}", "Chrome on Linux", null)]
    [InlineData(null, "{P}", "{A}", "Chrome", "subscription.endpoint")]
    [InlineData("/push/x", "{P}", "{A}", "Chrome", "subscription.endpoint")]
    [InlineData("ftp://push.example.com/x", "{P}", "{A}", "Chrome", "subscription.endpoint")]
    [InlineData("http://push.example.com/x", "{P}", "{A}", "Chrome", "subscription.endpoint")]
    [InlineData("https://push.example.com:8443/x", "{P}", "{A}", "Chrome", "subscription.endpoint")]
    [InlineData("https://u:p@push.example.com/x", "{P}", "{A}", "Chrome", "subscription.endpoint")]
    [InlineData("https://push.example.com/{LONG}", "{P}", "{A}", "Chrome", "subscription.endpoint")]
    [InlineData("https://push.example.com/x", null, "{A}", "Chrome", "subscription.keys.p256dh")]
    [InlineData("https://push.example.com/x", "BA", "{A}", "Chrome", "subscription.keys.p256dh")]
    [InlineData("https://push.example.com/x", "{OFF}", "{A}", "Chrome", "subscription.keys.p256dh")]
    [InlineData("https://push.example.com/x", "{P}", "AAAA", "Chrome", "subscription.keys.auth")]
    [InlineData("https://push.example.com/x", "{P}", "{A}==", "Chrome", "subscription.keys.auth")]
    [InlineData("https://push.example.com/x", "{P}", "not+base64url/at=all", "Chrome", "subscription.keys.auth")]
    [InlineData("https://push.example.com/x", "{P}", "{A}", "", "target")]
    [InlineData("https://push.example.com/x", "{P}", "{A}", "{LONG}", "target")]
    public async Task What_is_no_subscription_is_named_by_its_path(
        string? endpoint, string? p256dh, string? auth, string name, string? path)
    {
        var ada = await Person.SignUpAsync(rig);
        using var browser = new FakeBrowser();
        // Of the right length, and not on the curve.
        var off = Base64Url.EncodeToString((byte[])[4, .. new byte[64]]);
        string? Fill(string? text) => text?.Replace("{P}", browser.P256dh).Replace("{A}", browser.Auth).Replace("{OFF}", off)
            .Replace("{LONG}", new string('x', 1200));

        var answer = await DeliveryRig.PutAsync(ada, new
        {
            kind = "push", target = Fill(name),
            subscription = new { endpoint = Fill(endpoint), keys = new { p256dh = Fill(p256dh), auth = Fill(auth) } },
        });

        answer.Status.ShouldBe(path is null ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity);
        if (path is not null) answer.Fields.ShouldBe([$"channels[0].{path}"]);
    }

    [Theory]
    [Trait("Control", "S1")]
    [InlineData("https://localhost/x")]
    [InlineData("https://127.0.0.2/x")]
    [InlineData("https://10.0.0.1/x")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://[::ffff:192.168.0.1]/x")]
    public async Task A_subscription_that_leads_into_a_private_network_is_refused(string endpoint)
    {
        var ada = await Person.SignUpAsync(rig);
        using var browser = new FakeBrowser();

        var answer =
            await DeliveryRig.PutAsync(ada, new { kind = "push", target = "Chrome", subscription = browser.SubscriptionAt(endpoint) });

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Fields.ShouldBe(["channels[0].subscription.endpoint"]);
    }

    [Fact]
    public async Task A_channel_keeps_its_subscription_and_a_new_one_needs_one()
    {
        var ada = await Person.SignUpAsync(rig);
        using var browser = new FakeBrowser();
        var (id, path) = await SubscribeAsync(ada, browser);

        (await DeliveryRig.PutAsync(ada, new { id, subscription = browser.SubscriptionAt(rig.Receiver.Address + path) })).Fields
            .ShouldBe(["channels[0].subscription"]);
        (await DeliveryRig.PutAsync(ada, new { kind = "push", target = "Chrome" })).Fields.ShouldBe(["channels[0].subscription"]);
    }

    [Fact]
    public async Task Every_process_pushes_with_the_same_key_that_is_sealed_at_rest()
    {
        var ada = await Person.SignUpAsync(rig);
        var published = await PublicKeyAsync(ada);
        PushKeys[] processes = [.. Enumerable.Range(0, 4).Select(_ =>
            new PushKeys(rig.Platform.Database, rig.Platform.Secrets, Options.Create(new PushOptions()), TimeProvider.System))];
        var keys = await Task.WhenAll(processes.Select(process => process.GetAsync(CancellationToken.None).AsTask()));
        foreach (var process in processes) process.Dispose();

        keys.Select(key => key.PublicKey).Distinct().ShouldBe([published]);
        (await rig.ScalarAsync<string>("select string_agg(encode(sealed, 'escape'), '') from delivery.push_keys")).ShouldNotBeNull()
            .ShouldNotContain(keys[0].PrivateKey);
        keys[0].ToString().ShouldBe(published, "the private one is written nowhere");
    }

    [Fact]
    public void Keys_that_are_configured_are_a_pair_with_an_address_to_write_to()
    {
        var (one, other) = (PushKey.Make(), PushKey.Make());

        Faults(one.PublicKey, one.PrivateKey, "mailto:ops@example.com").ShouldBe(0);
        Faults(one.PublicKey, one.PrivateKey, "https://example.com").ShouldBe(0);
        Faults(one.PublicKey, null, null).ShouldBe(1);
        Faults(one.PublicKey, other.PrivateKey, null).ShouldBe(1);
        Faults(one.PublicKey, "abc", null).ShouldBe(1);
        Faults(null, null, "ops@example.com").ShouldBe(1);

        static int Faults(string? publicKey, string? privateKey, string? subject) =>
            new PushOptions { Vapid = new() { PublicKey = publicKey, PrivateKey = privateKey, Subject = subject } }
                .Validate(new(new object())).Count();
    }

    [Fact]
    public void What_encrypts_needs_no_reader_of_JSON_which_a_Worker_has_not() =>
        // it has a name
        typeof(PushServiceClient).Assembly.GetReferencedAssemblies().Select(one => one.Name).Where(name => name!.Contains("Json"))
            .ShouldBeEmpty();

    private async Task<(Guid Id, string Path)> SubscribeAsync(Person person, FakeBrowser browser)
    {
        var path = $"/push/{Guid.NewGuid():N}";
        rig.Receiver.Answers[path] = (201, "");
        var answer = await DeliveryRig.PutAsync(person,
            new { kind = "push", target = "Chrome on Linux", subscription = browser.SubscriptionAt(rig.Receiver.Address + path) });
        answer.Status.ShouldBe(HttpStatusCode.OK);
        return (answer.Json.GetProperty("channels")[0].GetProperty("id").GetGuid(), path);
    }

    private static async Task<string> PublicKeyAsync(Person person) =>
        (await person.GetAsync($"{Route}/push")).Json.GetProperty("public_key").GetString()!; // the test fails without

    // RFC 8292: vapid t=<JWT>, k=<public key>
    private async Task ShouldBeOursAsync(string authorization, Person person)
    {
        authorization.ShouldStartWith("vapid ");
        var parts = authorization["vapid ".Length..].Split(',', StringSplitOptions.TrimEntries)
            .ToDictionary(part => part[..1], part => part[2..]);
        parts["k"].ShouldBe(await PublicKeyAsync(person));
        var point = Base64Url.DecodeFromChars(parts["k"]);
        using var key =
            ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..] } });
        var token = parts["t"].Split('.');
        key.VerifyData(Encoding.ASCII.GetBytes($"{token[0]}.{token[1]}"), Base64Url.DecodeFromChars(token[2]), HashAlgorithmName.SHA256)
            .ShouldBeTrue();
        var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(token[1])).RootElement;
        // The client leaves the port out, and no other than 443 is taken outside of our own network.
        claims.GetProperty("aud").GetString().ShouldBe($"http://{new Uri(rig.Receiver.Address).Host}");
        claims.GetProperty("sub").GetString().ShouldNotBeNull().ShouldStartWith("mailto:");
        var left = DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64()) - DateTimeOffset.UtcNow;
        left.ShouldBeInRange(TimeSpan.FromMinutes(1), TimeSpan.FromHours(24));
    }
}
