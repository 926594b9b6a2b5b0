using Microsoft.Extensions.Logging.Abstractions;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

public sealed class MigratorTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Running_again_and_side_by_side_changes_nothing()
    {
        var migrator = new Migrator(platform.Database, NullLogger<Migrator>.Instance);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => migrator.RunAsync(CancellationToken.None)));
    }

    [Fact]
    public async Task A_file_that_was_edited_after_it_was_applied_is_refused()
    {
        await PlatformFixture.ExecuteAsync(platform.OwnerConnection, "update public.schema_migrations set sha256 = 'other' where module = 'Live'");

        var refused = await Should.ThrowAsync<InvalidOperationException>(() => new Migrator(platform.Database, NullLogger<Migrator>.Instance).RunAsync(CancellationToken.None));

        refused.Message.ShouldContain("Live/0001_live.sql");
    }
}
