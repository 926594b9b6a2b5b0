using System.Globalization;
using System.Net;
using System.Text.Json;
using TradeFlow.Simulators.ProjectX;

namespace TradeFlow.Simulators.Tests.ProjectX;

public sealed class AccessTests
{
    [Theory]
    [InlineData("wrong-user", "demo-key", 3)]
    [InlineData("demo", "wrong-key", 3)]
    [InlineData("nosub", "demo-key", 9)]
    public async Task Refused_credentials_are_http_200_with_a_code(string userName, string apiKey, int code)
    {
        await using var client = await Client.StartAsync();

        var answer = await client.CallAsync("Auth/loginKey", new { userName, apiKey });

        (answer.Status, answer.Succeeded, answer.Code).ShouldBe((HttpStatusCode.OK, false, code));
    }

    [Theory]
    [InlineData("Account/search")]
    [InlineData("Order/place")]
    [InlineData("Order/search")]
    [InlineData("Position/searchOpen")]
    [InlineData("Position/closeContract")]
    public async Task Without_a_token_every_call_is_401(string call)
    {
        await using var client = await Client.StartAsync();
        client.Http.DefaultRequestHeaders.Authorization = null;

        (await client.CallAsync(call, new { })).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Validate_gives_a_new_token_and_logout_ends_one()
    {
        await using var client = await Client.StartAsync();

        var renewed = (await client.CallAsync("Auth/validate", new { })).Json.GetProperty("newToken").GetString();
        renewed.ShouldNotBe(client.Token);
        client.Http.DefaultRequestHeaders.Authorization = new("Bearer", renewed);
        (await client.CallAsync("Auth/logout", new { })).Succeeded.ShouldBeTrue();

        (await client.CallAsync("Account/search", new { onlyActiveAccounts = true })).Status.ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_missing_field_is_400_in_the_envelope_of_asp_net()
    {
        await using var client = await Client.StartAsync();

        var answer = await client.CallAsync("Order/place", new { contractId = client.Mes, type = 2, side = 0, size = "two" });

        answer.Status.ShouldBe(HttpStatusCode.BadRequest);
        answer.Json.GetProperty("title").GetString().ShouldBe("One or more validation errors occurred.");
        answer.Json.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order().ShouldBe(["$.size", "accountId"]);
        (await client.CallAsync("Contract/search", new { searchText = "MES" })).Status.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Contracts_have_roots_that_are_not_always_the_ticker()
    {
        await using var client = await Client.StartAsync();

        var found = (await client.CallAsync("Contract/search", new { live = false, searchText = "ES" })).Json.GetProperty("contracts")
            .EnumerateArray()
            .ToArray();

        var mini = found.First(
            contract => contract.GetProperty("symbolId").GetString() == "F.US.EP" && contract.GetProperty("activeContract").GetBoolean());
        mini.GetProperty("id").GetString()!.ShouldStartWith("CON.F.US.EP.");
        mini.GetProperty("tickValue").GetDecimal().ShouldBe(12.50m);
    }

    [Fact]
    public async Task More_than_two_hundred_calls_a_minute_are_429_and_bars_count_apart()
    {
        await using var client = await Client.StartAsync();
        var search = new { onlyActiveAccounts = true };

        var answers = await Task.WhenAll(Enumerable.Range(0, 210).Select(_ => client.CallAsync("Account/search", search)));
        var bars = await client.CallAsync("History/retrieveBars",
            new { contractId = client.Mes, live = false, startTime = "2026-01-01T00:00:00Z", endTime = "2026-01-01T05:00:00Z", unit = 3,
                unitNumber = 1,
                limit = 3, includePartialBar = false });

        answers.Count(answer => answer.Status is HttpStatusCode.TooManyRequests).ShouldBeInRange(10, 14);
        var times = bars.Json.GetProperty("bars").EnumerateArray().Select(bar => bar.GetProperty("t").GetDateTimeOffset()).ToArray();
        times.Length.ShouldBe(3);
        times.ShouldBe(times.OrderDescending());
    }

    [Theory]
    [InlineData("2026-11-23T15:59:00-06:00", true)]
    [InlineData("2026-11-23T16:30:00-06:00", false)]
    [InlineData("2026-11-23T17:00:00-06:00", true)]
    [InlineData("2026-07-20T16:30:00-05:00", false)]
    [InlineData("2026-11-27T16:00:00-06:00", false)]
    [InlineData("2026-11-28T12:00:00-06:00", false)]
    [InlineData("2026-11-29T16:59:00-06:00", false)]
    [InlineData("2026-11-29T17:00:00-06:00", true)]
    public void The_week_goes_by_the_clock_of_chicago(string instant, bool open) =>
        TradingDay.IsOpen(DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture)).ShouldBe(open);
}
