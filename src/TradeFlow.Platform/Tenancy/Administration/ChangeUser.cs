using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;

namespace TradeFlow.Platform.Tenancy.Administration;

/// <summary>An administrator gives or takes the role of an administrator, or keeps a person out.</summary>
internal static class ChangeUser
{
    /// <param name="Role"><c>user</c> or <c>admin</c>; not there: as it is.</param>
    /// <param name="Disabled">True ends every session and token at once; exits of their accounts go on. Not there: as it is.</param>
    internal sealed record Request(string? Role, bool? Disabled);

    internal sealed record View(Guid Id, string Email, string Role, bool Disabled);

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Handle(
        Guid id, Request request, TenantContext caller, Database database, AuditLog audit, SessionGuard guard, CancellationToken ct)
    {
        if (request.Role is not (null or "user" or "admin")) return Problem.Invalid("role", "Use user or admin.");
        if (request is { Role: null, Disabled: null }) return Problem.Invalid("role", "Say what to change: role, disabled, or both.");
        // Whoever locks themselves out cannot undo it, and so somebody who administers is always left.
        if (id == caller.User.Value && (request.Role == "user" || request.Disabled == true))
            return Problem.Of(StatusCodes.Status409Conflict, TenancyProblems.OwnRole, "Another administrator has to do that to you.");

        await using var connection = await database.System.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        if (await ReadAsync(id, connection, ct) is not { } before) return Problem.NotFound();
        var after = before with { Role = request.Role ?? before.Role, Disabled = request.Disabled ?? before.Disabled };
        if (after != before)
        {
            await WriteAsync(after, connection, ct);
            await audit.WriteAsync(caller.Tenant, caller.User, "user.changed", id.ToString(), JsonSerializer.Serialize(new
            {
                before = new { role = before.Role, disabled = before.Disabled },
                after = new { role = after.Role, disabled = after.Disabled },
            }), connection, ct);
            await transaction.CommitAsync(ct);
            guard.Forget();
        }
        return TypedResults.Ok(after);
    }

    private static async Task<View?> ReadAsync(Guid id, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "select email, role, disabled_at is not null from tenancy.users where id = $1 for update", connection);
        command.Parameters.AddWithValue(id);
        await using var row = await command.ExecuteReaderAsync(ct);
        return await row.ReadAsync(ct) ? new View(id, row.GetString(0), row.GetString(1), row.GetBoolean(2)) : null;
    }

    private static async Task WriteAsync(View user, NpgsqlConnection connection, CancellationToken ct)
    {
        await using var change = new NpgsqlCommand(
            "update tenancy.users set role = $2, disabled_at = case when $3 then coalesce(disabled_at, now()) end where id = $1",
            connection);
        change.Parameters.AddWithValue(user.Id);
        change.Parameters.AddWithValue(user.Role);
        change.Parameters.AddWithValue(user.Disabled);
        await change.ExecuteNonQueryAsync(ct);
        if (!user.Disabled) return;
        // What is ended stays ended when they are let in again.
        await PersonAccess.EndSessionsAsync(user.Id, "disabled by an administrator", connection, ct);
        await PersonAccess.EndTokensAsync(user.Id, connection, ct);
    }
}
