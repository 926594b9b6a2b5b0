using System.Net;
using System.Text;
using System.Text.Json;
using TradeFlow.Platform.Risk.Calendar;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Risk;

public sealed class CalendarTests(RiskRig rig) : IClassFixture<RiskRig>
{
    [Fact]
    public void The_weekly_feed_is_read_in_utc()
    {
        var week = FeedReader.Read(Encoding.UTF8.GetBytes(Week), "feed");

        week.Events.Select(entry => (entry.Title, entry.Currency, entry.Impact))
            .ShouldBe([("Non-Farm Employment Change", "USD", "high"), ("Bank Holiday", "JPY", "holiday"), ("G20 Meetings", "All", "low")]);
        week.Events[0].At.ShouldBe(new DateTimeOffset(2026, 12, 4, 13, 30, 0, TimeSpan.Zero));
        (week.CoversFrom, week.CoversTo).ShouldBe(
            (new DateTimeOffset(2026, 11, 29, 5, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 12, 6, 5, 0, 0, TimeSpan.Zero)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>Request Denied</html>")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""[{"title":"CPI","currency":"USD","date":"2026-07-14T08:30:00-04:00","impact":"High"}]""")]
    [InlineData("""[{"title":"CPI","country":"USD","date":"2026-07-14T08:30:00","impact":"High"}]""")]
    [InlineData("""[{"title":"CPI","country":"USD","date":"2026-07-14T24:30:00-04:00","impact":"High"}]""")]
    [InlineData("""[{"title":"CPI","country":"USD","date":"2026-07-14T08:30:00-04:00","impact":"Huge"}]""")]
    [InlineData("""[{"title":"","country":"USD","date":"2026-07-14T08:30:00-04:00","impact":"High"}]""")]
    [InlineData("""{"schema":"tradeflow.calendar.v1","events":[]}""")]
    [InlineData(
        """{"schema":"tradeflow.calendar.v2","coverage":{"from":"2026-12-01T00:00:00Z","to":"2027-12-01T00:00:00Z"},"events":[]}""")]
    public void What_is_no_calendar_is_refused_as_a_whole(string feed) =>
        Should.Throw<FormatException>(() => FeedReader.Read(Encoding.UTF8.GetBytes(feed), "feed"));

    [Fact]
    public void The_embedded_dates_last()
    {
        var embedded = FeedReader.Read(EmbeddedCalendar.Read(), CalendarSources.Embedded);

        embedded.Events.Count.ShouldBe(31);
        // Add the next year's meetings of the Federal Reserve to default-calendar.json when this fails.
        embedded.CoversTo.ShouldBeGreaterThan(DateTimeOffset.UtcNow.AddDays(60));
    }

    [Theory]
    [InlineData("EURUSD", "EUR USD")]
    [InlineData("USDCNH", "CNY USD")]
    [InlineData("XAUUSD", "USD")]
    [InlineData("BTCUSD", "USD")]
    [InlineData("BTCEUR", "EUR USD")]
    [InlineData("DOGEUSDT", "USD")]
    [InlineData("US30", "USD")]
    [InlineData("GER40", "EUR")]
    [InlineData("UK100", "GBP")]
    [InlineData("JP225", "JPY")]
    [InlineData("USOIL", "USD")]
    [InlineData("MES1!", "USD")]
    [InlineData("MESZ6", "USD")]
    [InlineData("6EZ26", "EUR USD")]
    [InlineData("FDAX1!", "EUR")]
    [InlineData("AAPL", "")]
    [InlineData("X", "")]
    public void A_symbol_is_moved_by_the_news_of_its_currencies(string symbol, string currencies) =>
        string.Join(' ', SymbolCurrencies.Of([symbol]).Order(StringComparer.Ordinal)).ShouldBe(currencies);

    [Fact]
    public async Task A_feed_locks_the_entries_of_its_currencies_and_the_last_good_one_stays()
    {
        var file = Path.Combine(Path.GetTempPath(), $"calendar-{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, Feed("FOMC", DateTimeOffset.UtcNow.AddMinutes(3)));
        try
        {
            using var replica = rig.NewFactory(
                new() { ["Calendar:FeedUrl"] = file, ["RateLimits:Webhook:PerSecond"] = "1000", ["RateLimits:Webhook:Burst"] = "1000" });
            using var http = ApiFixture.NewClient(replica);
            var trader = await rig.NewAsync(new { news_lockout_enabled = true });
            await Eventually.True(async () => (await EventsAsync(trader, http)).GetProperty("items").EnumerateArray()
                .Any(entry => entry.GetProperty("title").GetString() == "FOMC"), TimeSpan.FromSeconds(15), "the feed is read");

            RiskRig.Told(await trader.SendAsync($"/webhook/paper/{trader.Key}", RiskRig.Entry(), http: http))
                .ShouldBe((403, "risk.news_lockout", "News lockout: FOMC in 3 minutes"));
            (await trader.SendAsync($"/webhook/paper/{trader.Key}", RiskRig.Close(), http: http)).Status.ShouldBe(HttpStatusCode.OK);

            await File.WriteAllTextAsync(file, "<html>Request Denied</html>");
            await Eventually.True(async () => (await EventsAsync(trader, http)).GetProperty("sources").EnumerateArray().Any(source =>
                source.GetProperty("problem").ValueKind == JsonValueKind.String), TimeSpan.FromSeconds(20), "the broken feed is noted");
            (await trader.SendAsync($"/webhook/paper/{trader.Key}", RiskRig.Entry(), http: http)).Code.ShouldBe("risk.news_lockout");

            await File.WriteAllTextAsync(file, Feed("FOMC", DateTimeOffset.UtcNow.AddMinutes(9)));
            await Eventually.True(async () => (await trader.SendAsync($"/webhook/paper/{trader.Key}", RiskRig.Entry(), http: http)).Status
                == HttpStatusCode.OK, TimeSpan.FromSeconds(20), "the event was moved");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task An_administrator_adds_an_event_and_takes_it_away()
    {
        var admin = await Person.SignUpAsync(rig);
        (await admin.PostAsync("/api/admin/calendar/events", new { title = "x" })).Status.ShouldBe(HttpStatusCode.NotFound);
        await rig.MakeAdministratorAsync(admin);
        await admin.TurnOnTwoFactorAsync();

        (await admin.PostAsync("/api/admin/calendar/events", new { title = "", impact = "huge" })).Fields
            .ShouldBe(["title", "impact", "at"], ignoreOrder: true);
        var added = await admin.PostAsync("/api/admin/calendar/events",
            new { title = "Our own", currency = "chf", at = "2031-01-01T10:00:00+01:00" });
        added.Status.ShouldBe(HttpStatusCode.Created);
        var listed = (await admin.GetAsync("/api/calendar/events?from=2031-01-01T00:00:00Z&to=2031-01-02T00:00:00Z&impact=high")).Json
            .GetProperty("items")[0];
        (listed.GetProperty("title").GetString(), listed.GetProperty("currency").GetString(), listed.GetProperty("at").GetString(),
            listed.GetProperty("source").GetString()).ShouldBe(("Our own", "CHF", "2031-01-01T09:00:00Z", "manual"));
        (await admin.DeleteAsync($"/api/admin/calendar/events/{added.Text("id")}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await admin.DeleteAsync($"/api/admin/calendar/events/{added.Text("id")}")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<JsonElement> EventsAsync(Trader trader, HttpClient http) =>
        (await new Person(http, "").With(trader.Person.AccessToken).GetAsync("/api/calendar/events")).Json;

    private static string Feed(string title, DateTimeOffset at) =>
        JsonSerializer.Serialize(new[] { new { title, country = "USD", date = at.ToString("yyyy-MM-dd'T'HH:mm:sszzz",
            System.Globalization.CultureInfo.InvariantCulture), impact = "High", forecast = "", previous = "" } });

    private const string Week = """
        [{"title":"Non-Farm Employment Change","country":"USD","date":"2026-12-04T08:30:00-05:00","impact":"High","forecast":"55K","previous":"-23K"},
         {"title":"Bank Holiday","country":"JPY","date":"2026-12-04T00:00:00-05:00","impact":"Holiday","forecast":"","previous":""},
         {"title":"G20 Meetings","country":"All","date":"2026-12-05T11:15:00-05:00","impact":"Low","forecast":"","previous":""}]
        """;
}
