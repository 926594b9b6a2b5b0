using Npgsql;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

/// <summary>What a pooled connection costs when it is handed back, and how its statements are planned.</summary>
public sealed class PoolTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task A_connection_of_the_system_role_goes_back_as_it_is_and_one_of_the_tenants_is_cleared()
    {
        (await NameAfterReturnAsync(platform.Database.System)).ShouldBe("kept");
        (await NameAfterReturnAsync(platform.Database.App)).ShouldBe("TradeFlow");
    }

    [Fact]
    public async Task Statements_of_the_system_role_keep_one_plan()
    {
        await using var command = platform.Database.System.CreateCommand("show plan_cache_mode");

        (await command.ExecuteScalarAsync()).ShouldBe("force_generic_plan");
    }

    private static async Task<string?> NameAfterReturnAsync(NpgsqlDataSource pool)
    {
        int process;
        await using (var connection = await pool.OpenConnectionAsync())
        {
            process = connection.ProcessID;
            await using var set = new NpgsqlCommand("select set_config('application_name', 'kept', false)", connection);
            await set.ExecuteNonQueryAsync();
        }
        await using var again = await pool.OpenConnectionAsync();
        again.ProcessID.ShouldBe(process);
        await using var show = new NpgsqlCommand("show application_name", again);
        var name = (string?)await show.ExecuteScalarAsync();
        await using var clear = new NpgsqlCommand("select set_config('application_name', 'TradeFlow', false)", again);
        await clear.ExecuteNonQueryAsync();
        return name;
    }
}
