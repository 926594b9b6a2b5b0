using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>
/// Ten wrong tries in a row, then the next wait for a minute, two, and so on up to an hour. A try is counted before its secret is looked
/// at, and for addresses that nobody has, too: neither parallel tries nor the answers to strangers tell more than one try after the other
/// would. What is counted apart: strangers by the address that they name, each known device by itself (so that strangers lock nobody out of
/// theirs), codes by person and never together with passwords, and what is asked within a session by that session.
/// </summary>
internal sealed class Tries(Database database, KeyRing keys)
{
    private const int Allowed = 10;
    private readonly byte[] key = keys.Derive("sign-in-lock");

    /// <param name="Round">How often it was locked before: what is taken back counts in the same round only.</param>
    public sealed record Attempt(byte[] Key, int Round, TimeSpan? LockedFor);

    public Task<Attempt> OfPasswordAsync(string normalizedEmail, User? user, Guid? device, CancellationToken ct) =>
        BeginAsync(user is not null && device is not null ? $"password:{user.Id}:{device}" : $"password:{normalizedEmail}", ct);

    public Task<Attempt> OfCodeAsync(User user, Guid? device, CancellationToken ct) => BeginAsync($"code:{user.Id}:{device}", ct);

    public Task<Attempt> WithinSessionAsync(string what, Guid session, CancellationToken ct) => BeginAsync($"{what}:session:{session}", ct);

    /// <summary>The right secret: the row in a row is over.</summary>
    public async Task SucceedAsync(Attempt attempt, CancellationToken ct)
    {
        await using var command = database.System.CreateCommand("delete from tenancy.sign_in_locks where key = $1");
        command.Parameters.AddWithValue(attempt.Key);
        await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>
    /// It was neither right nor wrong. Only this one try is taken back: what others counted meanwhile stays, and so does a lock.
    /// </summary>
    public async Task TakeBackAsync(Attempt attempt)
    {
        // Whoever hangs up here leaves no try behind that they did not make.
        await using var command = database.System.CreateCommand(
            "update tenancy.sign_in_locks set failures = greatest(failures - 1, 0) where key = $1 and rounds = $2");
        command.Parameters.AddWithValue(attempt.Key);
        command.Parameters.AddWithValue(attempt.Round);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    public static ProblemHttpResult Locked(HttpContext http, TimeSpan left)
    {
        http.Response.Headers.RetryAfter = ((int)Math.Ceiling(left.TotalSeconds)).ToString();
        return Problem.Of(StatusCodes.Status429TooManyRequests, TenancyProblems.Locked,
            "Too many failed log-ins. Wait for a while, then try again.");
    }

    private async Task<Attempt> BeginAsync(string what, CancellationToken ct)
    {
        var hash = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(what));
        await using var command = database.System.CreateCommand("select locked_for, round from tenancy.begin_sign_in($1, $2)");
        command.Parameters.AddWithValue(hash);
        command.Parameters.AddWithValue(Allowed);
        await using var reader = await command.ExecuteReaderAsync(ct);
        await reader.ReadAsync(ct);
        return new Attempt(hash, reader.GetInt32(1), await reader.IsDBNullAsync(0, ct) ? null : reader.GetTimeSpan(0));
    }
}
