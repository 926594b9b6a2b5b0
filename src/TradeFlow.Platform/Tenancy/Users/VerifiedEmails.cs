using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Tenancy.Users;

/// <summary>Whether a person has proven that mails reach them.</summary>
[OpenToModules]
internal sealed class VerifiedEmails(Database database)
{
    public async Task<bool> HasAsync(UserId user, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("select verified_at is not null from tenancy.users where id = $1");
        command.Parameters.AddWithValue(user.Value);
        return await command.ExecuteScalarAsync(ct) is true;
    }
}
