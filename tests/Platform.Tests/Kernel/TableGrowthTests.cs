using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Kernel;

/// <summary>No table grows without somebody having thought about it.</summary>
public sealed class TableGrowthTests(PlatformFixture platform) : IClassFixture<PlatformFixture>
{
    [Fact]
    public async Task Every_table_is_swept_by_a_job_or_named_with_the_reason_why_not()
    {
        await using var worker = WorkerJobs.Build(platform, []);
        var swept = worker.GetServices<IRecurringJob>().SelectMany(job => job.Tables).ToList();
        var kept = worker.GetServices<KeptTable>().ToList();
        var tables = await TablesAsync();

        swept.Concat(kept.Select(table => table.Table)).ShouldBe(tables, ignoreOrder: true,
            "In its Module.cs a module says AddSweep or AddAgeLimit of each of its tables, or AddKeptTable with the reason why not.");
        kept.ShouldAllBe(table => table.Why.Length > 5);
    }

    [Fact]
    public async Task Each_job_has_a_name_of_its_own()
    {
        await using var worker = WorkerJobs.Build(platform, []);

        worker.GetServices<IRecurringJob>().Select(job => job.Name).ShouldBeUnique();
    }

    [Fact]
    public void The_worker_is_made_of_what_every_module_has_for_it()
    {
        var program = File.ReadAllText(Path.Combine(Repository.Root, "src", "TradeFlow.Worker", "Program.cs"));

        foreach (var part in WorkerJobs.Parts) program.ShouldContain($"builder.{part.Name}();");
    }

    [Theory]
    [InlineData("LogDays", "-1")]
    [InlineData("LogDays", "0")]
    [InlineData("PayloadDays", "200")]
    [InlineData("EventDays", "40000")]
    [InlineData("NotificationDays", "0")]
    [InlineData("AuditDays", "30")]
    public async Task A_retention_that_is_nonsense_is_refused_at_the_start(string setting, string value)
    {
        await using var worker = WorkerJobs.Build(platform, new() { [$"Retention:{setting}"] = value });

        var refused = Should.Throw<OptionsValidationException>(() => worker.GetRequiredService<IStartupValidator>().Validate());

        refused.Message.ShouldContain(setting);
    }

    [Fact]
    public async Task Left_alone_messages_are_kept_for_a_month_the_log_and_events_for_six_and_the_audit_log_for_ever()
    {
        await using var worker = WorkerJobs.Build(platform, []);
        worker.GetRequiredService<IStartupValidator>().Validate();

        var days = worker.GetRequiredService<IOptions<RetentionOptions>>().Value;

        (days.PayloadDays, days.LogDays, days.EventDays, days.NotificationDays, days.AuditDays).ShouldBe((30, 180, 180, 90, null));
    }

    private async Task<List<string>> TablesAsync()
    {
        await using var command = platform.Database.System.CreateCommand("""
            select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind in ('r', 'p') and not c.relispartition and n.nspname not in ('pg_catalog', 'information_schema')
            """);
        List<string> tables = [];
        await using var row = await command.ExecuteReaderAsync();
        while (await row.ReadAsync()) tables.Add(row.GetString(0));
        return tables;
    }
}
