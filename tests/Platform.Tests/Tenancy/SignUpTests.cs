using System.Net;
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

    [Theory]
    [InlineData("", "nine lives of a grey cat", "Ada", "email")]
    [InlineData("ada", "nine lives of a grey cat", "Ada", "email")]
    [InlineData("ada@example.com", "short", "Ada", "password")]
    [InlineData("ada@example.com", "1234567890", "Ada", "password")]
    [InlineData("ada@example.com", "nine lives of a grey cat", "", "name")]
    public async Task A_bad_field_is_named(string email, string password, string name, string field)
    {
        var anybody = new Person(api.NewClient(), email);

        var answer = await anybody.SendAsync(HttpMethod.Post, "/auth/signup", new { email, password, name }, null);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Code.ShouldBe("validation.failed");
        answer.Fields.ShouldBe([field]);
    }

    [Fact]
    public async Task A_taken_address_is_refused_whatever_its_case_and_leaves_nothing_behind()
    {
        var ada = await Person.SignUpAsync(api);
        var before = await api.ScalarAsync<long>("select count(*) from tenancy.tenants");

        var answer = await ada.SendAsync(HttpMethod.Post, "/auth/signup", new { email = ada.Email.ToUpperInvariant(), password = Person.Password, name = "Eve" }, null);

        answer.Status.ShouldBe(HttpStatusCode.Conflict);
        answer.Code.ShouldBe("auth.email_taken");
        (await api.ScalarAsync<long>("select count(*) from tenancy.tenants")).ShouldBe(before);
    }

    [Fact]
    public async Task The_same_address_at_the_same_moment_makes_one_person()
    {
        var email = Person.NewEmail();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            new Person(api.NewClient(), email).SendAsync(HttpMethod.Post, "/auth/signup", new { email, password = Person.Password, name = "Ada" }, null)));

        answers.Count(answer => answer.Status == HttpStatusCode.Created).ShouldBe(1);
        answers.Where(answer => answer.Status != HttpStatusCode.Created).ShouldAllBe(answer => answer.Status == HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Fields_that_a_form_does_not_have_cannot_be_set()
    {
        var anybody = new Person(api.NewClient(), Person.NewEmail());

        var answer = await anybody.SendAsync(HttpMethod.Post, "/auth/signup", new { email = anybody.Email, password = Person.Password, name = "Eve", plan = "elite" }, null);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Fields.ShouldBe(["plan"]);
    }

    [Fact]
    public async Task The_password_is_nowhere_in_the_database()
    {
        var ada = await Person.SignUpAsync(api);

        (await api.ScalarAsync<string>($"select password_hash from tenancy.users where id = '{ada.UserId}'"))!.ShouldNotContain(Person.Password);
        (await api.ScalarAsync<long>($"select count(*) from tenancy.refresh_tokens where encode(hash, 'escape') like '%{ada.RefreshToken}%'")).ShouldBe(0);
    }
}
