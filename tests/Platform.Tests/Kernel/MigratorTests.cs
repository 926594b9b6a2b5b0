using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

public sealed class MigratorTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Running_again_and_side_by_side_changes_nothing()
    {
        var migrator = platform.Migrator;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => migrator.RunAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task A_file_that_was_edited_after_it_was_applied_is_refused()
    {
        const string File = "where module = 'Live' and file = '0001_live.sql'";
        await PlatformFixture.ExecuteAsync(platform.OwnerConnection, $"update public.schema_migrations set sha256 = sha256 || 'x' {File}");

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => platform.Migrator.RunAsync(CancellationToken.None));

        refused.Message.ShouldContain("Live/0001_live.sql");
        // The other tests of the class run on the same database, in any order.
        await PlatformFixture.ExecuteAsync(platform.OwnerConnection,
            $"update public.schema_migrations set sha256 = left(sha256, -1) {File}");
    }

    [Fact]
    public async Task A_function_that_was_edited_is_replaced_whatever_parameters_it_had()
    {
        await PlatformFixture.ExecuteAsync(platform.OwnerConnection, """
            set role tradeflow_owner;
            drop function trading.holds_lane;
            create function trading.holds_lane(p_account uuid) returns int language sql as $$ select 1 $$;
            update public.schema_migrations set sha256 = 'other' where module = 'Trading' and file = 'Functions.holds_lane.sql'
            """);

        await platform.Migrator.RunAsync(CancellationToken.None);

        await using var connection = new NpgsqlConnection(platform.OwnerConnection);
        await connection.OpenAsync();
        await using var known = new NpgsqlCommand(
            "select string_agg(oid::regprocedure::text, ';') from pg_proc where proname = 'holds_lane'", connection);
        (await known.ExecuteScalarAsync()).ShouldBe("trading.holds_lane(uuid,bigint)");
    }
}
