using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using TradeFlow.Platform.Tenancy.Users;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

public sealed class SignUpTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task A_new_person_gets_a_tenant_a_trial_and_a_session()
    {
        var ada = await Person.SignUpAsync(api);

        var me = await ada.GetAsync("/api/user/me");

        me.Status.ShouldBe(HttpStatusCode.OK);
        me.Text("email").ShouldBe(ada.Email);
        me.Text("plan").ShouldBe("trial");
        me.Text("role").ShouldBe("user");
        me.Text("created_at").ShouldEndWith("Z");
        me.Text("trial_start").ShouldEndWith("Z");
        me.Json.GetProperty("trades_count").GetInt64().ShouldBe(0);
        me.Json.GetProperty("tenant").GetProperty("id").GetGuid().ShouldBe(ada.TenantId);
    }

    [Fact]
    public async Task A_time_zone_is_kept_for_the_person_and_one_that_nobody_knows_is_not_taken()
    {
        var ada = await Person.SignUpAsync(api);
        (await ada.GetAsync("/api/user/me")).Json.GetProperty("time_zone").ValueKind.ShouldBe(JsonValueKind.Null);

        (await ada.PatchAsync("/api/user/me", new { time_zone = "Asia/Tokyo" })).Text("time_zone").ShouldBe("Asia/Tokyo");
        (await ada.PatchAsync("/api/user/me", new { time_zone = "Mars/Olympus" })).Fields.ShouldBe(["time_zone"]);
        var renamed = await ada.PatchAsync("/api/user/me", new { name = "Ada L." });

        (renamed.Text("name"), renamed.Text("time_zone")).ShouldBe(("Ada L.", "Asia/Tokyo"));
        (await ada.PatchAsync("/api/user/me", new { time_zone = "local" })).Text("time_zone").ShouldBe("local");
        (await ada.PatchAsync("/api/user/me", new { name = "" })).Fields.ShouldBe(["name"]);
    }

    [Theory]
    [Trait("Control", "A1")]
    [InlineData("", "nine lives of a grey cat", "Ada", "email")]
    [InlineData("ada", "nine lives of a grey cat", "Ada", "email")]
    [InlineData("ada@example.com", "short", "Ada", "password")]
    [InlineData("ada@example.com", "elevensigns", "Ada", "password")]
    [InlineData("ada@example.com", "Password1234", "Ada", "password")]
    [InlineData("ada@example.com", "qwertyuiop12", "Ada", "password")]
    [InlineData("ada@example.com", "iloveyouforever", "Ada", "password")]
    [InlineData("ada@example.com", "aaaabbbbaaaabbbb", "Ada", "password")]
    [InlineData("ada.lovelace@example.com", "Ada.Lovelace@example.com", "Ada", "password")]
    [InlineData("ada@example.com", "nine lives of a grey cat", "", "name")]
    public async Task A_bad_field_is_named(string email, string password, string name, string field)
    {
        var anybody = new Person(api.NewClient(), email);

        var answer = await anybody.SendAsync(HttpMethod.Post, "/auth/signup", new { email, password, name }, null);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Code.ShouldBe("validation.failed");
        answer.Fields.ShouldBe([field]);
    }

    [Theory]
    [InlineData("correct horse battery")]
    [InlineData("twelve signs")]
    [InlineData("zq0000000000x")]
    [InlineData("пароль который знаю")]
    [Trait("Control", "A1")]
    public async Task Any_password_of_twelve_characters_does_that_guessing_does_not_begin_with(string password)
    {
        var email = Person.NewEmail();

        (await new Person(api.NewClient(), email).SendAsync(HttpMethod.Post, "/auth/signup", new { email, password, name = "Ada" },
            null)).Status.ShouldBe(HttpStatusCode.Created);
        (await LogInTests.LogInAsync(new Person(api.NewClient(), email), password)).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Control", "A1")]
    public async Task A_password_that_was_allowed_before_still_opens()
    {
        var ada = await Person.SignUpAsync(api);
        var hash = new Microsoft.AspNetCore.Identity.PasswordHasher<object>().HashPassword(ada, "1234567890");
        await api.ExecuteAsync($"update tenancy.users set password_hash = '{hash}' where id = '{ada.UserId}'");

        (await LogInTests.LogInAsync(ada, "1234567890")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    [Trait("Control", "A1")]
    public void A_hash_takes_at_least_210_000_rounds_of_hmac_sha_512()
    {
        using var factory = api.NewFactory(new() { ["Passwords:Iterations"] = null });
        using var scope = factory.Services.CreateScope();
        var hash = Convert.FromBase64String(scope.ServiceProvider.GetRequiredService<IPasswordHasher<User>>()
            .HashPassword(new User { Name = "x" }, "x"));

        // The header of Identity's format 3: a marker, the function (2 is HMAC-SHA512), the rounds.
        hash[0].ShouldBe((byte)1);
        BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(1)).ShouldBe(2u);
        BinaryPrimitives.ReadUInt32BigEndian(hash.AsSpan(5)).ShouldBeGreaterThanOrEqualTo(210_000u);
    }

    [Fact]
    public async Task A_taken_address_is_refused_whatever_its_case_and_leaves_nothing_behind()
    {
        var ada = await Person.SignUpAsync(api);
        var before = await api.ScalarAsync<long>("select count(*) from tenancy.tenants");

        var answer = await ada.SendAsync(HttpMethod.Post, "/auth/signup",
            new { email = ada.Email.ToUpperInvariant(), password = Person.Password, name = "Eve" }, null);

        answer.Status.ShouldBe(HttpStatusCode.Conflict);
        answer.Code.ShouldBe("auth.email_taken");
        (await api.ScalarAsync<long>("select count(*) from tenancy.tenants")).ShouldBe(before);
    }

    [Fact]
    public async Task The_same_address_at_the_same_moment_makes_one_person()
    {
        var email = Person.NewEmail();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            new Person(api.NewClient(), email)
                .SendAsync(HttpMethod.Post, "/auth/signup", new { email, password = Person.Password, name = "Ada" }, null)));

        answers.Count(answer => answer.Status == HttpStatusCode.Created).ShouldBe(1);
        answers.Where(answer => answer.Status != HttpStatusCode.Created).ShouldAllBe(answer => answer.Status == HttpStatusCode.Conflict);
    }

    [Fact]
    [Trait("Control", "T5")]
    public async Task Fields_that_a_form_does_not_have_cannot_be_set()
    {
        var anybody = new Person(api.NewClient(), Person.NewEmail());

        var answer = await anybody.SendAsync(HttpMethod.Post, "/auth/signup",
            new { email = anybody.Email, password = Person.Password, name = "Eve", plan = "elite" }, null);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Fields.ShouldBe(["plan"]);
    }

    [Fact]
    [Trait("Control", "A1")]
    public async Task The_password_is_nowhere_in_the_database()
    {
        var ada = await Person.SignUpAsync(api);

        (await api.ScalarAsync<string>($"select password_hash from tenancy.users where id = '{ada.UserId}'"))!
            .ShouldNotContain(Person.Password);
        (await api.ScalarAsync<long>(
            $"select count(*) from tenancy.refresh_tokens where encode(hash, 'escape') like '%{ada.RefreshToken}%'")).ShouldBe(0);
    }
}
