using System.Net;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Accounts.Reads;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Accounts;

public sealed class SymbolMapTests(ApiFixture api) : IClassFixture<ApiFixture>
{
    private static readonly SymbolMap Map = new([new SymbolRule("NAS100", "US100.cash"), new SymbolRule("NQ", "MNQ",
        10), new SymbolRule("ESZ2026", "MESZ2026", 10), new SymbolRule("*", "*.r")]);

    [Theory]
    [InlineData("NAS100", "US100.cash", 1)]
    [InlineData("oanda:nas100", "US100.cash", 1)]
    [InlineData("CME_MINI:NQ1!", "MNQ1!", 10)]
    [InlineData("NQZ2026", "MNQZ2026", 10)]
    [InlineData("ESZ2026", "MESZ2026", 10)]
    [InlineData("NQ", "MNQ", 10)]
    [InlineData("EURUSD", "EURUSD.r", 1)]
    [InlineData("FX:EUR/USD", "EURUSD.r", 1)]
    [InlineData("NQX", "NQX.r", 1)]
    public void A_symbol_becomes_the_brokers(string spoken, string target, int factor)
    {
        var mapped = Map.Map(spoken);

        (mapped.Symbol, mapped.Factor).ShouldBe((target, factor));
    }

    [Fact]
    public void Without_a_map_a_symbol_stays_as_it_was_written() =>
        SymbolMap.Empty.Map("BINANCE:BTCUSD").ShouldBe(new MappedSymbol("BINANCE:BTCUSD", 1, null));

    [Theory]
    [InlineData("MES1!", "MESZ2026", true)]
    [InlineData("CME_MINI:MES1!", "MES1!", true)]
    [InlineData("MES", "MESZ2026", true)]
    [InlineData("MESZ6", "MESZ2026", true)]
    [InlineData("MESZ26", "MESZ2026", true)]
    [InlineData("MESH7", "MESZ2026", false)]
    [InlineData("ES1!", "MESZ2026", false)]
    [InlineData("EURUSD", "EURUSD", false)]
    public void An_exit_in_a_continuous_symbol_covers_every_month_that_is_held(string spoken, string held, bool covers) =>
        FutureSymbol.Covers(spoken, held).ShouldBe(covers);

    [Fact]
    public async Task A_map_is_saved_as_a_whole_and_counts_for_the_next_signal()
    {
        var (person, account) = await AccountAsync();

        var saved = await person.SendAsync(HttpMethod.Put, $"/api/accounts/{account}/symbols", new { items = new object[]
        {
            new { symbol = "cme_mini:nq", target = "MNQ", factor = 10 }, new { symbol = "*", target = "*.r" }
        } }, person.AccessToken);

        saved.Status.ShouldBe(HttpStatusCode.OK);
        saved.Json.GetProperty("items").ToString()
            .ShouldBe("""[{"symbol":"*","target":"*.r","factor":1},{"symbol":"NQ","target":"MNQ","factor":10}]""");
        var tenant = new TenantContext();
        tenant.Set(new TenantId(person.TenantId), new UserId(person.UserId), "owner");
        var context = (await api.Service<AccountDirectory>().FindAsync(tenant, new AccountId(account), CancellationToken.None))!;
        context.Symbols.Map("NQ1!").Symbol.ShouldBe("MNQ1!");
        context.Version.ShouldBeGreaterThan(1);
        (await api.ScalarAsync<long>(
            $"select count(*) from tenancy.audit_log where action = 'account.symbols_changed' and subject = '{account}'")).ShouldBe(1);

        (await person.SendAsync(HttpMethod.Put, $"/api/accounts/{account}/symbols", new { items = Array.Empty<object>() },
            person.AccessToken)).Status.ShouldBe(HttpStatusCode.OK);
        (await person.GetAsync($"/api/accounts/{account}/symbols")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Every_line_that_is_wrong_is_named()
    {
        var (person, account) = await AccountAsync();

        var answer = await person.SendAsync(HttpMethod.Put, $"/api/accounts/{account}/symbols", new
        {
            items = new object[]
            {
                new { symbol = "", target = "X" }, new { symbol = "EURUSD", target = "" }, new { symbol = "*", target = "X" }, new
                {
                    symbol = "NQ", target = "MNQ", factor = 0
                }, new { symbol = "DAX", target = "D" }, new { symbol = "dax", target = "D" }
            },
        }, person.AccessToken);

        answer.Status.ShouldBe(HttpStatusCode.UnprocessableEntity);
        answer.Fields.ShouldBe(["items[0].symbol", "items[1].target", "items[2].target", "items[3].factor", "items[5].symbol"],
            ignoreOrder: true);
        (await person.SendAsync(HttpMethod.Put, $"/api/accounts/{account}/symbols", new { }, person.AccessToken)).Fields
            .ShouldBe(["items"]);
    }

    [Fact]
    public async Task The_preview_says_what_a_symbol_is_at_the_broker()
    {
        var (person, account) = await AccountAsync();
        await person.SendAsync(HttpMethod.Put, $"/api/accounts/{account}/symbols",
            new { items = new object[] { new { symbol = "NQ", target = "MNQ", factor = 10 } } }, person.AccessToken);
        await api.ExecuteAsync($$"""
            insert into connectors.instruments (account_id, broker_symbol, tenant_id, symbol, data) values ('{{account}}', 'CON.F.US.MNQ.Z26', '{{person.TenantId}}', 'MNQ1!',
                '{"symbol":"MNQ1!","broker_symbol":"CON.F.US.MNQ.Z26","description":"Micro Nasdaq","tick_size":0.25,"tick_value":0.5,"quantity_step":1,"min_quantity":1,"contract_size":2,"quote_currency":"USD","quantity_unit":"Contracts","asset_class":"future","is_tradable":true}')
            """);

        var preview = (await person.GetAsync($"/api/accounts/{account}/symbols/resolve?symbol=CME_MINI:NQ1!")).Json;

        preview.GetProperty("canonical").GetString().ShouldBe("NQ1!");
        preview.GetProperty("mapped").GetString().ShouldBe("MNQ1!");
        preview.GetProperty("factor").GetDecimal().ShouldBe(10);
        preview.GetProperty("rule").GetString().ShouldBe("NQ");
        preview.GetProperty("broker_symbol").GetString().ShouldBe("CON.F.US.MNQ.Z26");
    }

    [Fact]
    [Trait("Control", "T2")]
    public async Task A_viewer_reads_and_a_stranger_finds_nothing()
    {
        var (person, account) = await AccountAsync();
        var viewer = await person.InviteAsync(api, "viewer");
        var stranger = await Person.SignUpAsync(api);
        object body = new { items = new object[] { new { symbol = "NQ", target = "MNQ" } } };

        (await viewer.GetAsync($"/api/accounts/{account}/symbols")).Status.ShouldBe(HttpStatusCode.OK);
        (await viewer.SendAsync(HttpMethod.Put, $"/api/accounts/{account}/symbols", body, viewer.AccessToken)).Status
            .ShouldBe(HttpStatusCode.Forbidden);
        (await stranger.GetAsync($"/api/accounts/{account}/symbols")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await stranger.SendAsync(HttpMethod.Put, $"/api/accounts/{account}/symbols", body, stranger.AccessToken)).Status
            .ShouldBe(HttpStatusCode.NotFound);
        (await stranger.GetAsync($"/api/accounts/{account}/symbols/resolve?symbol=NQ")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    private async Task<(Person Person, Guid Account)> AccountAsync()
    {
        var person = await Person.SignUpAsync(api);
        var account = Guid.CreateVersion7();
        await api.ExecuteAsync($"""
            insert into accounts.accounts (id, tenant_id, user_id, broker, name, mode, broker_account_id, currency, status)
            values ('{account}', '{person.TenantId}', '{person.UserId}', 'scripted', 'Test', 'demo', '{account}', 'USD', 'active')
            """);
        return (person, account);
    }
}
