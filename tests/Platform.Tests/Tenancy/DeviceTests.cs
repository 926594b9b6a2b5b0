using System.Net;
using System.Text.Json;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Tenancy;

/// <summary>Where a person is logged in.</summary>
public sealed class DeviceTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    [Fact]
    public async Task Each_session_is_listed_with_its_device_and_one_of_them_is_this_one()
    {
        var ada = await Person.SignUpAsync(api);
        var phone = await LogInAsync(ada, "Phone\u0007 <b>");

        var sessions = await ListAsync(phone);

        sessions.Count.ShouldBe(2);
        sessions.Count(session => session.GetProperty("current").GetBoolean()).ShouldBe(1);
        var current = sessions.Single(session => session.GetProperty("current").GetBoolean());
        current.GetProperty("device").GetString()!.ShouldStartWith("Phone");
        current.GetProperty("device").GetString()!.ShouldNotContain('\u0007');
        (current.GetProperty("passkey").GetBoolean(), sessions.All(session => session.TryGetProperty("last_seen_at", out _)))
            .ShouldBe((false, true));
    }

    [Fact]
    public async Task One_that_is_ended_is_out_at_once_and_nobody_ends_anothers()
    {
        var (ada, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var phone = await LogInAsync(ada, "Phone");
        var id = (await ListAsync(phone)).Single(session => session.GetProperty("current").GetBoolean()).GetProperty("id").GetGuid();

        (await eve.DeleteAsync($"/api/user/sessions/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await phone.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK);
        (await ada.DeleteAsync($"/api/user/sessions/{id}")).Status.ShouldBe(HttpStatusCode.NoContent);

        (await phone.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await phone.SendAsync(HttpMethod.Post, "/auth/refresh", new { refresh_token = phone.RefreshToken }, null)).Status
            .ShouldBe(HttpStatusCode.Unauthorized);
        (await ada.DeleteAsync($"/api/user/sessions/{id}")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await ListAsync(ada)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task All_others_end_and_this_one_stays()
    {
        var (ada, eve) = (await Person.SignUpAsync(api), await Person.SignUpAsync(api));
        var (phone, tablet) = (await LogInAsync(ada, "Phone"), await LogInAsync(ada, "Tablet"));

        (await phone.DeleteAsync("/api/user/sessions")).Status.ShouldBe(HttpStatusCode.NoContent);

        (await ListAsync(phone)).ShouldHaveSingleItem();
        foreach (var other in new[] { ada, tablet }) (await other.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await eve.GetAsync("/api/user/me")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<Person> LogInAsync(Person person, string device)
    {
        var again = new Person(api.NewClient(), person.Email);
        var answer = await again.SendAsync(HttpMethod.Post, "/auth/login", new { email = person.Email, password = Person.Password }, null,
            ("User-Agent", device));
        again.Take(answer);
        return again;
    }

    private static async Task<List<JsonElement>> ListAsync(Person person) =>
        [.. (await person.GetAsync("/api/user/sessions")).Json.GetProperty("items").EnumerateArray()];
}
