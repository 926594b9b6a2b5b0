using System.Net;
using System.Text;
using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.TradeLocker.Http;
using TradeFlow.Plugins.TradeLocker.Mapping;

namespace TradeFlow.Plugins.TradeLocker.Tests;

/// <summary>What an answer to an order proves, without a network.</summary>
public sealed class AnswerTests
{
    [Theory]
    [InlineData(200, """{"s":"ok","d":{"orderId":"7277816997842399231"}}""", "Accepted")]
    [InlineData(200, """{"s":"ok","d":{"orderId":7277816997842399231}}""", "Accepted")]
    [InlineData(200, """{"s":"ok","d":{}}""", "Unknown")]
    [InlineData(200, """{"s":"ok"}""", "Unknown")]
    [InlineData(200, """{"d":{"orderId":"1"}}""", "Unknown")]
    [InlineData(200, """{"s":"no_data"}""", "Unknown")]
    [InlineData(200, """{"s":"error","errmsg":"Not enough margin to create Order #1"}""", "Rejected")]
    [InlineData(200, """{"s":"error"}""", "Unknown")]
    [InlineData(200, """{"s":"error","errmsg":""}""", "Unknown")]
    [InlineData(200, """{"s":"error","errmsg":"Internal error"}""", "Unknown")]
    [InlineData(400, """{"s":"error","errmsg":"{qty=[must be greater than 0]}"}""", "Rejected")]
    [InlineData(400, """{"statusCode":400,"message":"Bad Request"}""", "Unknown")]
    [InlineData(400, "<html>Bad Request</html>", "Unknown")]
    [InlineData(500, """{"s":"error","errmsg":"anything"}""", "Unknown")]
    [InlineData(502, """{"s":"ok","d":{"orderId":"1"}}""", "Unknown")]
    [InlineData(302, """{"s":"ok","d":{"orderId":"1"}}""", "Unknown")]
    [InlineData(429, """{"s":"error","errmsg":"Too many requests"}""", "Unknown")]
    [InlineData(401, "", "NotSent")]
    [InlineData(403, "<!DOCTYPE html><title>Just a moment...</title>", "Unknown")]
    [InlineData(200, "", "Unknown")]
    [InlineData(200, "[]", "Unknown")]
    [InlineData(200, """{"s":"ok","d":{"orderId":""", "Unknown")]
    public void The_table_of_outcomes(int status, string body, string outcome) =>
        Outcomes.OfPlace(Answer.Read((HttpStatusCode)status, null, body)).GetType().Name.ShouldBe(outcome);

    [Fact]
    public void Whatever_bytes_come_nothing_but_the_brokers_own_shapes_decides()
    {
        var random = new Random(20_261_123);
        var seeds = new[] { """{"s":"ok","d":{"orderId":"7277816997842399231"}}""", """{"s":"error","errmsg":"Not enough margin"}""",
            "<html></html>", "{\"statusCode\":500}" };
        for (var run = 0; run < 20_000; run++)
        {
            var bytes = Encoding.UTF8.GetBytes(seeds[run % seeds.Length]);
            for (var change = 0; change < 1 + run % 4; change++) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var body = Encoding.UTF8.GetString(bytes.AsSpan(0, random.Next(bytes.Length + 1)));

            var outcome = Outcomes.OfPlace(Answer.Read(HttpStatusCode.OK, null, body));

            if (outcome is OrderOutcome.Accepted or OrderOutcome.Rejected)
                new Cell(JsonDocument.Parse(body).RootElement)["s"].Text.ShouldBe(outcome is OrderOutcome.Accepted ? "ok" : "error", body);
        }
    }

    [Fact]
    public void The_configuration_of_a_real_account_is_understood()
    {
        using var document = JsonDocument.Parse(File.ReadAllText("testdata/http_get_trade_config.json"));

        var config = BrokerConfig.Read(new Cell(document.RootElement)["d"]);

        (config.Positions.Count, config.Orders.Count, config.OrdersHistory.Count, config.Executions.Count, config.State.Count)
            .ShouldBe((11, 22, 22, 8, 26));
        config.Limits.ShouldContain(("GET_POSITIONS", 1, TimeSpan.FromSeconds(1)));
        config.Limits.ShouldContain(("QUOTES_HISTORY", 60, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Panels_that_a_brand_renames_are_known_by_their_columns()
    {
        var body = File.ReadAllText("testdata/http_get_trade_config.json")
            .Replace("positionsConfig", "myPositions", StringComparison.Ordinal)
            .Replace("\"positions\"", "\"mine\"", StringComparison.Ordinal).Replace("filledOrdersConfig", "fills", StringComparison.Ordinal)
            .Replace("accountDetailsConfig", "money", StringComparison.Ordinal);
        using var document = JsonDocument.Parse(body);

        var config = BrokerConfig.Read(new Cell(document.RootElement)["d"]);

        (config.Positions.Count, config.Executions.Count, config.State.Count).ShouldBe((11, 8, 26));
    }

    [Theory]
    [InlineData("\"1.0900\"", 1.09)]
    [InlineData("1.0900", 1.09)]
    [InlineData("\"1E-05\"", 0.00001)]
    public void A_number_is_a_number_in_quotes_or_without(string json, double expected) =>
        new Cell(JsonDocument.Parse(json).RootElement).Number.ShouldBe((decimal)expected);

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"n/a\"")]
    [InlineData("{}")]
    [InlineData("\"1e400\"")]
    public void What_is_no_number_is_none(string json) => new Cell(JsonDocument.Parse(json).RootElement).Number.ShouldBeNull();

    [Fact]
    public void Times_are_milliseconds_as_text_and_other_ways_of_writing_them_are_understood()
    {
        var expected = DateTimeOffset.FromUnixTimeSeconds(1_729_000_000);
        foreach (var json in new[] { "\"1729000000000\"", "1729000000000", "1729000000", "\"2024-10-15T13:46:40Z\"" })
            new Cell(JsonDocument.Parse(json).RootElement).Time.ShouldBe(expected, json);
    }

    [Fact]
    public void The_manifest_is_sound_and_its_ids_fit_the_brokers_field()
    {
        var manifest = ConnectorManifest.Parse(File.ReadAllText("connector.json"));

        manifest.Slug.ShouldBe("tradelocker");
        manifest.Connect.Fields.Select(field => field.Key).ShouldBe(["email", "password", "server"]);
        manifest.Connect.Fields.Where(field => field.Secret).Select(field => field.Key).ShouldBe(["password"]);
        manifest.Environments.Where(environment => !environment.DevelopmentOnly).Select(environment => environment.Mode)
            .ShouldBe(["demo", "live"]);
        manifest.Environments.ShouldAllBe(environment => environment.Endpoints.ContainsKey("api"));
        manifest.ClientOrderId.MaxLength.ShouldBe(31);
    }
}
