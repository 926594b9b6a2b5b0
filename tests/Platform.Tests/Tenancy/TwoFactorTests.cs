using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

public sealed class TwoFactorTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Once_enabled_a_log_in_needs_the_code_and_takes_each_code_once()
    {
        var ada = await Person.SignUpAsync(api);
        var (secret, _) = await EnableAsync(ada, stepsAgo: 1);

        (await LogInTests.LogInAsync(ada, Person.Password)).Code.ShouldBe("auth.totp_required");
        (await LogInTests.LogInAsync(ada, "a wrong password here")).Code.ShouldBe("auth.invalid_credentials");
        (await LogInTests.LogInAsync(ada, Person.Password, "000000")).Code.ShouldBe("auth.invalid_credentials");
        var code = CodeNow(secret);
        (await LogInTests.LogInAsync(ada, Person.Password, code)).Status.ShouldBe(HttpStatusCode.OK);
        (await LogInTests.LogInAsync(ada, Person.Password, code)).Code.ShouldBe("auth.invalid_credentials");
    }

    [Fact]
    public async Task A_recovery_code_works_once()
    {
        var ada = await Person.SignUpAsync(api);
        var (_, recovery) = await EnableAsync(ada, stepsAgo: 0);

        recovery.Count.ShouldBe(10);
        (await LogInTests.LogInAsync(ada, Person.Password, recovery[3])).Status.ShouldBe(HttpStatusCode.OK);
        (await LogInTests.LogInAsync(ada, Person.Password, recovery[3])).Code.ShouldBe("auth.invalid_credentials");
        (await LogInTests.LogInAsync(ada, Person.Password, recovery[4])).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Asking_for_the_code_neither_counts_as_a_failure_nor_clears_the_count()
    {
        var ada = await Person.SignUpAsync(api);
        await EnableAsync(ada, stepsAgo: 0);
        for (var attempt = 0; attempt < 9; attempt++) await LogInTests.LogInAsync(ada, "a wrong password here");

        for (var attempt = 0; attempt < 3; attempt++) (await LogInTests.LogInAsync(ada, Person.Password)).Code.ShouldBe("auth.totp_required");
        await LogInTests.LogInAsync(ada, "a wrong password here");

        (await LogInTests.LogInAsync(ada, Person.Password)).Status.ShouldBe(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task It_is_turned_off_with_a_code_only()
    {
        var ada = await Person.SignUpAsync(api);
        var (secret, _) = await EnableAsync(ada, stepsAgo: 1);

        (await ada.PostAsync("/api/user/2fa/disable", new { totp = "123456" })).Fields.ShouldBe(["totp"]);
        (await ada.PostAsync("/api/user/2fa/disable", new { totp = CodeNow(secret) })).Status.ShouldBe(HttpStatusCode.OK);
        (await LogInTests.LogInAsync(ada, Person.Password)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Secret_and_recovery_codes_do_not_lie_open_in_the_database()
    {
        var ada = await Person.SignUpAsync(api);
        var (secret, recovery) = await EnableAsync(ada, stepsAgo: 0);

        foreach (var open in recovery.Append(secret))
            (await api.ScalarAsync<long>($"select count(*) from tenancy.user_tokens where value like '%{open}%'")).ShouldBe(0);
    }

    private static async Task<(string Secret, IReadOnlyList<string> Recovery)> EnableAsync(Person person, int stepsAgo)
    {
        var setup = await person.PostAsync("/api/user/2fa/setup");
        setup.Text("otpauth_uri").ShouldStartWith("otpauth://totp/");
        var secret = setup.Text("secret");
        // An earlier code, which is taken for one step, leaves the present one for the test.
        var enabled = await person.PostAsync("/api/user/2fa/enable", new { totp = CodeAt(secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30 - stepsAgo) });
        enabled.Status.ShouldBe(HttpStatusCode.OK);
        return (secret, [.. enabled.Json.GetProperty("recovery_codes").EnumerateArray().Select(code => code.GetString()!)]);
    }

    private static string CodeNow(string secret) => CodeAt(secret, DateTimeOffset.UtcNow.ToUnixTimeSeconds() / 30);

    // RFC 6238 written again, so that the platform's own code is not its own judge.
    private static string CodeAt(string base32, long step)
    {
        var bits = string.Concat(base32.Select(letter => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(letter, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        var key = Enumerable.Range(0, bits.Length / 8).Select(index => Convert.ToByte(bits.Substring(index * 8, 8), 2)).ToArray();
        var counter = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
#pragma warning disable CA5350 // The algorithm of the RFC.
        var mac = HMACSHA1.HashData(key, counter);
#pragma warning restore CA5350
        var at = mac[^1] & 15;
        return (((mac[at] & 127) << 24 | mac[at + 1] << 16 | mac[at + 2] << 8 | mac[at + 3]) % 1_000_000).ToString("D6");
    }
}
