using Npgsql;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Tenancy.Members;

/// <summary>A list of accounts that somebody is given, as it comes in.</summary>
internal static class MemberAccounts
{
    private const int Most = 500;

    /// <summary>What is wrong with the list whatever accounts there are, or <c>null</c>.</summary>
    public static string? Fault(string? role, Guid[]? accounts) => accounts switch
    {
        null => null,
        _ when role == TenantRoles.Owner => "An owner sees every account: leave the list out.",
        { Length: > Most } => $"Name at most {Most} accounts.",
        _ => null,
    };

    /// <summary>Whether all of it are accounts of the connection's tenant.</summary>
    public static async Task<bool> AreOwnAsync(Guid[]? accounts, IOwnAccounts own, NpgsqlConnection connection, CancellationToken ct) =>
        accounts is null or [] || await own.AreAllAsync(accounts, connection, ct);

    public const string NotOwn = "One of these is no account of this workspace.";

    /// <summary>For the audit log.</summary>
    public static string Json(Guid[]? accounts) =>
        accounts is null ? "null" : $"[{string.Join(',', accounts.Select(account => $"\"{account}\""))}]";
}
