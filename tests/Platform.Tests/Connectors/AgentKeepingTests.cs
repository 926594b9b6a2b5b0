using System.Globalization;
using System.Net;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>What is kept of the reports of a terminal, and how often it is written.</summary>
public sealed class AgentKeepingTests(AgentRig rig) : IClassFixture<AgentRig>
{
    [Fact]
    public async Task A_symbol_that_a_report_leaves_out_stays_with_its_last_price_and_is_forgotten_after_an_hour()
    {
        await using var owner = await rig.NewOwnerAsync();
        await ReportAsync(owner, """{"symbol":"OLD","tick_size":0.1,"tick_value":2,"contract_size":1,"lot_step":1,"bid":5,"ask":6}""");
        await ReportAsync(owner, """{"symbol":"NEW","tick_size":0.1,"contract_size":1,"lot_step":1,"bid":7,"ask":8}""");

        var both = await LatestAsync(owner);
        both.Symbols.Select(symbol => symbol.Symbol).ShouldBe(["NEW", "OLD"], ignoreOrder: true);
        var old = both.Symbols.Single(symbol => symbol.Symbol == "OLD");
        (old.Bid, old.Ask, old.TickValue, old.TickSize).ShouldBe((5m, 6m, 2m, 0.1m));
        old.SeenAt.ShouldBeLessThan(both.Symbols.Single(symbol => symbol.Symbol == "NEW").SeenAt);

        await AgeAsync(owner, "OLD", TimeSpan.FromMinutes(71));
        await ReportAsync(owner, """{"symbol":"NEWER","tick_size":0.1,"contract_size":1,"lot_step":1,"bid":7,"ask":8}""");

        (await LatestAsync(owner)).Symbols.Select(symbol => symbol.Symbol).ShouldBe(["NEW", "NEWER"], ignoreOrder: true);
    }

    [Fact]
    public async Task A_price_that_moves_is_told_and_the_rules_of_the_symbols_are_not_written_again()
    {
        await using var owner = await rig.NewOwnerAsync();
        await ReportAsync(owner, Symbols(1.1m));
        var written = await VersionAsync(owner, "agent_symbols");

        await ReportAsync(owner, Symbols(1.2m));
        await ReportAsync(owner, Symbols(1.3m));

        (await LatestAsync(owner)).Symbols.ShouldAllBe(symbol => symbol.Bid == 1.3m && symbol.TickValue == 1.3m);
        (await VersionAsync(owner, "agent_symbols")).ShouldBe(written);
    }

    [Fact]
    public async Task A_rule_that_changes_is_written_at_once()
    {
        await using var owner = await rig.NewOwnerAsync();
        await ReportAsync(owner, """{"symbol":"EURUSD","tick_size":0.1,"contract_size":1,"lot_step":1,"bid":5,"ask":6}""");

        await ReportAsync(owner, """{"symbol":"EURUSD","tick_size":0.1,"contract_size":1,"lot_step":0.5,"bid":5,"ask":6}""");

        (await LatestAsync(owner)).Symbols.ShouldHaveSingleItem().QuantityStep.ShouldBe(0.5m);
    }

    [Fact]
    public async Task A_report_that_PostgreSQL_does_not_take_within_a_second_is_asked_for_again()
    {
        await using var owner = await rig.NewOwnerAsync();
        (await owner.ReportAsync(owner.Report())).Status.ShouldBe(HttpStatusCode.OK);
        await using var connection = new Npgsql.NpgsqlConnection(rig.Platform.OwnerConnection);
        await connection.OpenAsync();
        await using (var held = await connection.BeginTransactionAsync())
        {
            await using var hold = new Npgsql.NpgsqlCommand(
                $"select from connectors.agent_reports where account_id = '{owner.Account}' for update", connection, held);
            await hold.ExecuteNonQueryAsync();

            var answer = await owner.ReportAsync(owner.Report());

            (answer.Status, answer.Code).ShouldBe((HttpStatusCode.TooManyRequests, "rate.limited"), answer.Json.ToString());
            answer.Message.Headers.RetryAfter?.ToString().ShouldBe("1");
        }
        await Eventually.True(async () => (await owner.ReportAsync(owner.Report())).Status == HttpStatusCode.OK, TimeSpan.FromSeconds(15),
            "the next one is taken");
    }

    [Fact]
    public async Task A_report_that_says_the_same_is_only_newer()
    {
        await using var owner = await rig.NewOwnerAsync();
        // Too long for its row, so that PostgreSQL keeps it outside.
        var positions = string.Join(',', Enumerable.Range(1, 200).Select(number =>
            $$"""{"ticket":"{{number}}","symbol":"S{{number}}","side":"BUY","lots":1,"open_price":{{Random.Shared.Next(1, 1_000_000)}},"comment":"{{Guid.NewGuid()}}"}"""));
        await ReportAsync(owner, "", positions);
        var (stored, first) = (await StoredAsync(owner), await LatestAsync(owner));

        await ReportAsync(owner, "", positions);

        (await StoredAsync(owner)).ShouldBe(stored);
        var second = await LatestAsync(owner);
        second.ReceivedAt.ShouldBeGreaterThan(first.ReceivedAt);
        second.Positions.Count.ShouldBe(200);
    }

    private static string Symbols(decimal price) => string.Join(',', Enumerable.Range(1, 50).Select(number =>
        string.Create(CultureInfo.InvariantCulture,
            $$"""{"symbol":"S{{number}}","tick_size":0.1,"tick_value":{{price}},"contract_size":1,"lot_step":1,"bid":{{price}},"ask":{{price}}}""")));

    private static async Task ReportAsync(TerminalOwner owner, string symbols, string positions = "")
    {
        var answer = await owner.ReportAsync(owner.Report(symbols, positions));
        answer.Status.ShouldBe(HttpStatusCode.OK, answer.Json.ToString());
    }

    private async Task<AgentReport> LatestAsync(TerminalOwner owner) =>
        (await rig.Mailboxes.Of(new TenantId(owner.Person.TenantId), new AccountId(owner.Account)).LatestAsync(default)).ShouldNotBeNull();

    private Task<string?> VersionAsync(TerminalOwner owner, string table) =>
        rig.ScalarAsync<string>($"select ctid::text || xmin::text from connectors.{table} where account_id = '{owner.Account}'");

    // Where the text lies that does not fit into its row.
    private async Task<string> StoredAsync(TerminalOwner owner)
    {
        var toast = await rig.ScalarAsync<string>(
            "select 'pg_toast.' || t.relname from pg_class c join pg_class t on t.oid = c.reltoastrelid where c.oid = 'connectors.agent_reports'::regclass");
        await using var connection = new Npgsql.NpgsqlConnection(rig.Platform.OwnerConnection);
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(
            $"select coalesce(string_agg(distinct chunk_id::text, ','), '') from {toast}", connection);
        return (string)(await command.ExecuteScalarAsync())!; // string_agg of text, never null
    }

    private Task AgeAsync(TerminalOwner owner, string symbol, TimeSpan by) => rig.ExecuteAsync($$"""
        update connectors.agent_symbols set symbols = jsonb_set(symbols, '{{{symbol}},seen_at}', to_jsonb(now() - interval '{{by.TotalSeconds}} seconds')) where account_id = '{{owner.Account}}'
        """);
}
