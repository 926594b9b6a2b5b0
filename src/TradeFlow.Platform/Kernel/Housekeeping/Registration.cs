using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace TradeFlow.Platform.Kernel.Housekeeping;

/// <summary>How a module says in its <c>Module.cs</c> what is done again and again, and what becomes of each table that grows.</summary>
internal static class Registration
{
    extension(IServiceCollection services)
    {
        public void AddRecurringJob<TJob>() where TJob : class, IRecurringJob => services.AddSingleton<IRecurringJob, TJob>();

        /// <param name="table">Whose rows are deleted.</param>
        /// <param name="every">How often.</param>
        /// <param name="where">What has had its time, by an index; <c>$1</c> is now.</param>
        /// <param name="along">Tables whose rows go with those of this one.</param>
        public void AddSweep(string table, TimeSpan every, string where, params string[] along) =>
            services.AddSingleton<IRecurringJob>(provider => new Sweep(
                table, every, where, along, provider.GetRequiredService<Database>(), provider.GetRequiredService<TimeProvider>()));

        /// <summary>Rows older than the configuration says go, whole months at once where the table is partitioned.</summary>
        public void AddAgeLimit(string table, string column, Func<RetentionOptions, int> days) =>
            services.AddSingleton<IRecurringJob>(provider => new AgeLimit(
                table, column, days, provider.GetRequiredService<Months>(), provider.GetRequiredService<PageByPage>(),
                provider.GetRequiredService<IOptions<RetentionOptions>>(), provider.GetRequiredService<TimeProvider>()));

        /// <summary>Says why a table is not swept.</summary>
        public void AddKeptTable(string table, string why) => services.AddSingleton(new KeptTable(table, why));
    }
}
