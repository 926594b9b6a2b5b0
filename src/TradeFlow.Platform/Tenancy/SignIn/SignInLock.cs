using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>
/// Ten failed log-ins in a row lock an e-mail for a minute, the next ten for two, and so on up to an hour. It counts before the password is looked at and
/// for addresses that nobody has, too: neither parallel tries nor the answers to strangers tell more than one try after the other would.
/// </summary>
internal sealed class SignInLock(Database database, KeyRing keys)
{
    private const int FailuresAllowed = 10;
    private readonly byte[] key = keys.Derive("sign-in-lock");

    public sealed record Attempt(byte[] Key, TimeSpan? LockedFor, int FailuresBefore, int RoundsBefore);

    public async Task<Attempt> BeginAsync(string normalizedEmail, CancellationToken ct)
    {
        var emailKey = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(normalizedEmail));
        await using var command = database.System.CreateCommand("select locked_for, failures_before, rounds_before from tenancy.begin_sign_in($1, $2)");
        command.Parameters.AddWithValue(emailKey);
        command.Parameters.AddWithValue(FailuresAllowed);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new Attempt(emailKey, await reader.IsDBNullAsync(0, ct) ? null : reader.GetTimeSpan(0), reader.GetInt32(1), reader.GetInt32(2));
    }

    /// <summary>The right credentials: the row in a row is over.</summary>
    public async Task SucceedAsync(Attempt attempt, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("delete from tenancy.sign_in_locks where email_key = $1");
        command.Parameters.AddWithValue(attempt.Key);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>The password was right and only the code is missing: neither a failure nor a success.</summary>
    public async Task UndoAsync(Attempt attempt, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("update tenancy.sign_in_locks set failures = $2, rounds = $3, locked_until = null where email_key = $1");
        command.Parameters.AddWithValue(attempt.Key);
        command.Parameters.AddWithValue(attempt.FailuresBefore);
        command.Parameters.AddWithValue(attempt.RoundsBefore);
        await command.ExecuteNonQueryAsync(ct);
    }

    public static ProblemHttpResult Locked(HttpContext http, TimeSpan left)
    {
        http.Response.Headers.RetryAfter = ((int)Math.Ceiling(left.TotalSeconds)).ToString();
        return Problem.Of(StatusCodes.Status429TooManyRequests, TenancyProblems.Locked, "Too many failed log-ins. Wait for a while, then try again.");
    }
}
