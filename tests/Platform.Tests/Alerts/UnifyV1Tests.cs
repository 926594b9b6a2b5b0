using System.Text;
using TradeFlow.Platform.Alerts.Dialects;
using TradeFlow.Platform.Trading.Contracts;

namespace TradeFlow.Platform.Tests.Alerts;

public sealed class UnifyV1Tests
{
    private static readonly DialectList Dialects = new();

    private static AlertReading Read(string body) => Dialects.Read(Encoding.UTF8.GetBytes(body));

    private static AlertReading ReadIntent(string members) => Read("{\"version\":\"unify.v1\",\"intent\":{" + members + "}}");

    private static TradeIntent Sound(string body)
    {
        var alert = Read(body);
        (alert.Errors ?? new Dictionary<string, string[]>()).SelectMany(error => error.Value.Select(words => $"{error.Key}: {words}"))
            .ShouldBeEmpty();
        return alert.Intent.ShouldNotBeNull();
    }

    [Fact]
    public void The_designs_own_example_is_read()
    {
        var intent = Sound("""
            { "version":"unify.v1", "key":"optional", "id":"optional, unique per signal", "time":"2026-11-22T12:00:00Z",
              "intent":{ "broker":"tradelocker", "action":"open", "side":"buy", "type":"market", "symbol":"EURUSD", "qty":1,
                         "price":null, "sl":{"mode":"price","value":1.0850}, "tp":{"mode":"rr","value":2.0} } }
            """);

        intent.ShouldBe(new TradeIntent
        {
            Action = TradeAction.Open,
            Side = TradeSide.Buy,
            Type = TradeType.Market,
            Symbol = "EURUSD",
            Qty = 1,
            StopLoss = new PriceRule(PriceMode.Price, 1.0850m),
            TakeProfit = new PriceRule(PriceMode.Rr, 2),
        });
    }

    [Fact]
    public void Action_and_type_have_defaults_and_case_does_not_matter()
    {
        var intent = Sound("""{"intent":{"side":"BUY","symbol":" eurusd ","qty":"0.5"}}""");

        (intent.Action, intent.Type, intent.Side, intent.Symbol, intent.Qty).ShouldBe(
            (TradeAction.Open, TradeType.Market, TradeSide.Buy, "EURUSD", 0.5m));
    }

    [Theory]
    [InlineData("\uFEFF", "")]
    [InlineData("", "\n")]
    [InlineData(" \r\n\t", "  \r\n")]
    public void What_editors_add_around_the_text_does_not_matter(string before, string after) =>
        Sound(before + """{"intent":{"side":"buy","symbol":"EURUSD","qty":1}}""" + after).Qty.ShouldBe(1);

    [Theory]
    [InlineData("1", "1")]
    [InlineData("\"1\"", "1")]
    [InlineData("\" 0.25 \"", "0.25")]
    [InlineData("\".5\"", "0.5")]
    [InlineData("\"+2\"", "2")]
    [InlineData("1e-05", "0.00001")]
    [InlineData("1E2", "100")]
    [InlineData("1.0000000000000000000000000000000000000000000", "1")]
    [InlineData("\"0.0000000001\"", "0.0000000001")]
    [InlineData("1000000000", "1000000000")]
    [InlineData("\"1800.8000000000002\"", "1800.8000000000002")]
    [InlineData("0.12345678901234567890123456785012345", "0.1234567890123456789012345679")]
    [InlineData("0.00000000000000000000000000005", "0.0000000000000000000000000001")]
    [InlineData("123456789012.12345678901234567", "123456789012.1234567890123457")]
    public void A_number_is_read_exactly_to_28_digits(string written, string value) =>
        ReadIntent($"\"side\":\"buy\",\"symbol\":\"EURUSD\",\"type\":\"limit\",\"qty\":1,\"price\":{written}").Intent
            .ShouldNotBeNull().Price
            .ShouldBe(decimal.Parse(value, System.Globalization.CultureInfo.InvariantCulture));

    [Theory]
    [Trait("Control", "I1")]
    [InlineData("\"\"")]
    [InlineData("\"  \"")]
    [InlineData("\"NaN\"")]
    [InlineData("\"na\"")]
    [InlineData("\"Infinity\"")]
    [InlineData("\"{{strategy.order.contracts}}\"")]
    [InlineData("1e400")]
    [InlineData("\"1e400\"")]
    [InlineData("1e29")]
    [InlineData("12345678901234567890123456789012345")]
    [InlineData("1e-40")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("1000000001")]
    [InlineData("\"1,5\"")]
    [InlineData("\"1 000\"")]
    [InlineData("\"0x10\"")]
    [InlineData("\"1e\"")]
    [InlineData("\".\"")]
    [InlineData("\"--1\"")]
    [InlineData("true")]
    [InlineData("[1]")]
    [InlineData("{\"a\":1}")]
    [InlineData("\"\\ud800\"")]
    [InlineData("\"1\\u0000\"")]
    public void What_is_no_quantity_is_named_by_its_field(string written)
    {
        var alert = ReadIntent($"\"side\":\"buy\",\"symbol\":\"EURUSD\",\"qty\":{written}");

        alert.Intent.ShouldBeNull();
        alert.Errors.ShouldNotBeNull().Keys.ShouldBe(["intent.qty"]);
        alert.Errors["intent.qty"].ShouldHaveSingleItem().ShouldEndWith(".");
    }

    [Theory]
    [Trait("Control", "I1")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1,"qty":1000}}""", "intent.qty")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1,"q\u0074y":1000}}""", "intent.qty")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1},"intent":{}}""", "intent")]
    [InlineData("""{"id":"1","\u0069d":"2","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""", "id")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1,"Qty":1000}}""", "intent.Qty")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1,"qtty":2}}""", "intent.qtty")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1,"stop_loss":2}}""", "intent.stop_loss")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1,"sl":{"mode":"price","value":1,"x":2}}}""", "intent.sl.x")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1},"sl":{"mode":"price","value":1}}""", "sl")]
    [InlineData("""{"Id":"1","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""", "Id")]
    [InlineData("""{"version":"unify.v2","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""", "version")]
    [InlineData("""{"id":"","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""", "id")]
    [InlineData("""{"id":"a\u0000b","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""", "id")]
    [InlineData("""{"time":"yesterday","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""", "time")]
    [InlineData("""{"intent":{"side":"long","symbol":"EURUSD","qty":1}}""", "intent.side")]
    [InlineData("""{"intent":{"action":"buy","symbol":"EURUSD","qty":1}}""", "intent.action")]
    [InlineData("""{"intent":{"side":"buy","qty":1}}""", "intent.symbol")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD"}}""", "intent.qty")]
    [InlineData("""{"intent":{"symbol":"EURUSD","qty":1}}""", "intent.side")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1,"type":"limit"}}""", "intent.price")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1,"tp":{"mode":"rr","value":2}}}""", "intent.tp")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1,"sl":{"mode":"rr","value":2}}}""", "intent.sl.mode")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1,"sl":1.085}}""", "intent.sl")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1,"sl":{"mode":"price"}}}""", "intent.sl.value")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1,"sl":{"value":1}}}""", "intent.sl.mode")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","qty":1,"sl":{"mode":"price","value":"NaN"}}}""", "intent.sl.value")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","size":{"mode":"risk_percent","value":1}}}""", "intent.sl")]
    [InlineData("""{"intent":{"side":"buy","symbol":"EURUSD","size":{"mode":"lots","value":1}}}""", "intent.size.mode")]
    [InlineData("""{"intent":"buy"}""", "intent")]
    [InlineData("""{"version":"unify.v1"}""", "intent")]
    [InlineData("""[1]""", "body")]
    [InlineData("", "body")]
    public void Each_fault_is_named_by_the_path_as_sent(string body, string field)
    {
        var alert = Read(body);

        alert.Intent.ShouldBeNull();
        alert.Errors.ShouldNotBeNull().Keys.ShouldBe([field]);
    }

    [Fact]
    public void All_faults_are_told_at_once()
    {
        var alert = ReadIntent("\"side\":\"up\",\"symbol\":\"\",\"qty\":\"NaN\",\"sl\":{\"mode\":\"price\",\"value\":\"\"},\"foo\":1");

        alert.Errors.ShouldNotBeNull().Keys.ShouldBe(["intent.side", "intent.symbol", "intent.qty", "intent.sl.value", "intent.foo"]);
    }

    [Fact]
    public void Quantity_and_size_together_are_refused()
    {
        var alert = ReadIntent("\"side\":\"buy\",\"symbol\":\"EURUSD\",\"qty\":1,\"size\":{\"mode\":\"units\",\"value\":2}");

        alert.Errors.ShouldNotBeNull().Keys.ShouldBe(["intent.qty", "intent.size"]);
    }

    [Theory]
    [InlineData("EUR\\u0000USD")]
    [InlineData("EUR\\u200bUSD")]
    [InlineData("EUR\\u00a0USD")]
    [InlineData("EUR\\nUSD")]
    [InlineData("\\u202eDSURUE")]
    [InlineData("\\ud800EURUSD")]
    [InlineData("\\ue000EURUSD")]
    [InlineData("...")]
    [InlineData("")]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFG")]
    [InlineData("{{ticker}}")]
    [InlineData("paper_12345678_abcdefghijklmnopqrstuvwx")]
    public void A_symbol_that_nobody_can_have_listed_is_refused(string symbol) =>
        ReadIntent($"\"side\":\"buy\",\"qty\":1,\"symbol\":\"{symbol}\"").Errors.ShouldNotBeNull().Keys.ShouldBe(["intent.symbol"]);

    [Theory]
    [InlineData("BINANCE:BTCUSD")]
    [InlineData("MES1!")]
    [InlineData("BTC/USD")]
    [InlineData("BRK.B")]
    [InlineData("GBPUSD+")]
    [InlineData("[SP500]")]
    [InlineData("UK 100")]
    [InlineData("#AAPL")]
    [InlineData("R&D")]
    [InlineData("CON.F.US.MES.Z26")]
    public void A_symbol_that_an_account_may_list_is_taken(string symbol) =>
        Sound("{\"intent\":{\"side\":\"buy\",\"qty\":1,\"symbol\":\"" + symbol + "\"}}").Symbol.ShouldBe(symbol);

    [Theory]
    [InlineData("""{"intent":{"action":"close","symbol":"EURUSD"}}""", TradeAction.Close)]
    [InlineData("""{"intent":{"action":"close","symbol":"EURUSD","side":"sell","qty":"0.5"}}""", TradeAction.Close)]
    [InlineData("""{"intent":{"action":"flatten"}}""", TradeAction.Flatten)]
    [InlineData("""{"intent":{"action":"cancel","symbol":"EURUSD"}}""", TradeAction.Cancel)]
    [InlineData("""{"intent":{"action":"reverse","side":"sell","symbol":"EURUSD"}}""", TradeAction.Reverse)]
    public void An_exit_needs_no_size(string body, TradeAction action) => Sound(body).Action.ShouldBe(action);

    [Theory]
    [InlineData("{'intent':{}}", "double quotes")]
    [InlineData("{“intent”:{}}", "curly quotes")]
    [InlineData("""{"intent":{"side":"buy","qty":1,}}""", "comma")]
    [InlineData("""{"intent":{"side":"buy","qty":{{strategy.order.contracts}}}}""", "placeholder")]
    [InlineData("""{"intent":{"side":"buy","qty":NaN}}""", "placeholder had no value")]
    [InlineData("""{"intent":{"side":"buy","qty":}}""", "no value after the colon")]
    [InlineData("{\"intent\":{\"side\":\"buy\n\"}}", "end of a line")]
    [InlineData("""{"intent":{"side":"buy" """, "ends too early")]
    [InlineData("buy EURUSD", "Start with {")]
    [InlineData("""{"intent":{}} {"intent":{}}""", "not valid JSON")]
    [InlineData("""{"a":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}""", "nested deeper")]
    public void Broken_json_says_where_and_how_to_mend_it(string body, string mend)
    {
        var alert = Read(body);

        alert.Errors.ShouldNotBeNull().Keys.ShouldBe(["body"]);
        alert.Errors["body"][0].ShouldContain(mend);
    }

    [Fact]
    public void A_fault_of_the_json_is_told_by_line_and_column() =>
        Read("{\n  \"intent\": {\n    \"side\": 'buy'\n  }\n}").Errors.ShouldNotBeNull()["body"][0].ShouldContain("line 3, column 13");

    [Fact]
    public void The_keys_of_a_body_are_known_even_when_it_is_broken() =>
        Read("""{"key":"paper_12345678_secret","intent":{""").Keys.ShouldBe(["paper_12345678_secret"]);

    [Fact]
    public void Two_keys_in_one_body_are_both_seen() => Read("""{"key":"a","key":"b","intent":{}}""").Keys.ShouldBe(["a", "b"]);

    [Fact]
    public void A_template_that_nobody_filled_in_has_no_time() =>
        Sound("""{"time":"{{timenow}}","intent":{"side":"buy","symbol":"EURUSD","qty":1}}""").Qty.ShouldBe(1);

    [Fact]
    public void A_new_dialect_is_found_by_itself() =>
        new DialectList([typeof(OneWord), .. typeof(DialectList).Assembly.GetTypes()]).Names.ShouldContain("test.word");

    [Fact]
    public void A_body_goes_to_the_dialect_that_knows_it() =>
        new DialectList([typeof(OneWord), .. typeof(DialectList).Assembly.GetTypes()]).Read("FLAT"u8).Intent.ShouldNotBeNull().Action
            .ShouldBe(TradeAction.Flatten);

    private sealed class OneWord : IAlertDialect
    {
        public string Name => "test.word";

        public bool Recognises(AlertShape shape) => shape.Body.SequenceEqual("FLAT"u8);

        public AlertReading Read(ReadOnlySpan<byte> body) =>
            new() { Intent = new TradeIntent { Action = TradeAction.Flatten, Symbol = "" } };
    }
}
