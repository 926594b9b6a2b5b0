using System.Collections.Frozen;
using Npgsql;

namespace TradeFlow.Platform.Kernel;

/// <summary>Which accounts of a tenant a member sees: all of them, those to come included, or those of a list.</summary>
public sealed class AccountScope
{
    public static readonly AccountScope All = new(null);

    private readonly FrozenSet<Guid>? listed;

    private AccountScope(FrozenSet<Guid>? listed) => this.listed = listed;

    /// <param name="accounts"><c>null</c> is all of them; an empty list is none.</param>
    public static AccountScope Of(IEnumerable<Guid>? accounts) => accounts is null ? All : new AccountScope(accounts.ToFrozenSet());

    /// <summary>What <see cref="ToString"/> has written.</summary>
    public static AccountScope Parse(string? text) => text is null or ""
        ? All
        : Of(text.Trim('{', '}').Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Guid.Parse));

    public bool IsAll => listed is null;

    public bool Sees(Guid account) => listed?.Contains(account) ?? true;

    /// <summary>All of these: what adds several accounts up is for whoever sees each of them.</summary>
    public bool SeesAll(IEnumerable<Guid> accounts) => listed is null || accounts.All(listed.Contains);

    public bool IsSameAs(AccountScope other) =>
        listed is null || other.listed is null ? IsAll == other.IsAll : listed.SetEquals(other.listed);

    /// <summary>As PostgreSQL reads an array of uuid; empty for all.</summary>
    public override string ToString() => listed is null ? "" : $"{{{string.Join(',', listed)}}}";
}

/// <summary>
/// What row-level security lets through in a transaction: the rows of a tenant, and of what belongs to an account those that the caller
/// sees. This is the only place that sets it, so that nothing can set the one without the other.
/// </summary>
public readonly record struct Wall(TenantId Tenant, AccountScope Accounts)
{
    private const string Sql = "select set_config('app.tenant', $1, true), set_config('app.accounts', $2, true)";

    /// <summary>For work that nobody's list is about: the ingest, and what the Worker does.</summary>
    public static Wall Around(TenantId tenant) => new(tenant, AccountScope.All);

    /// <summary>The first command of a batch: the batch is one transaction, and the setting ends with it.</summary>
    public NpgsqlBatchCommand Command() =>
        new(Sql) { Parameters = { new() { Value = Tenant.ToString() }, new() { Value = Accounts.ToString() } } };

    /// <summary>For a transaction that is open.</summary>
    public async Task SetAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(Sql, connection);
        command.Parameters.AddWithValue(Tenant.ToString());
        command.Parameters.AddWithValue(Accounts.ToString());
        await command.ExecuteNonQueryAsync(ct);
    }
}
