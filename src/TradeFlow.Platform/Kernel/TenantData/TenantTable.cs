using Microsoft.Extensions.DependencyInjection;

namespace TradeFlow.Platform.Kernel.TenantData;

/// <summary>
/// What becomes of a table's rows when a tenant asks for everything that it has. Columns that are bytes never leave: they are sealed, or
/// hashes.
/// </summary>
/// <param name="Name">With its schema.</param>
/// <param name="File">Under which name the rows stand in an export; <c>null</c>: in none.</param>
/// <param name="Why">Why they stand in none.</param>
internal sealed record TenantTable(string Name, string? File, string? Why)
{
    /// <summary>The column that names the tenant.</summary>
    public string Key { get; init; } = "tenant_id";

    /// <summary>Columns that stay here beside those that are bytes.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>Columns of other tables, by name; <c>t</c> is this one.</summary>
    public IReadOnlyDictionary<string, string> More { get; init; } = new Dictionary<string, string>();
}

/// <summary>How a module says in its <c>Module.cs</c> what of its tables is in an export.</summary>
internal static class TenantTables
{
    extension(IServiceCollection services)
    {
        public void AddExported(string table, string file, params string[] hidden) =>
            services.AddSingleton(new TenantTable(table, file, null) { Hidden = hidden });

        public void AddExported(TenantTable table) => services.AddSingleton(table);

        /// <summary>Says why a table is in no export.</summary>
        public void AddNotExported(string table, string why) => services.AddSingleton(new TenantTable(table, null, why));
    }
}
