using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.MailLinks;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy.SignIn;

/// <summary>A new person, their tenant with them as its owner, the trial and the first session: all of it or nothing.</summary>
internal static class SignUp
{
    internal sealed record Request(string? Email, string? Password, string? Name);

    internal static async Task<Results<Created<AuthAnswer>, ProblemHttpResult>> Handle(
        Request request, HttpContext http, HashGate gate, NewTenant tenants, KnownDevices devices, SessionTokens sessions,
        AddressMails mails, PublicAddress address, IdentityDb db, TimeProvider clock, CancellationToken ct)
    {
        Dictionary<string, string[]> errors = [];
        CredentialRules.CheckEmail(request.Email, errors);
        CredentialRules.CheckPassword(request.Password, request.Email, errors);
        CredentialRules.CheckName(request.Name, errors);
        if (errors.Count > 0) return Problem.Invalid(errors);

        using var place = await gate.EnterAsync(HashLane.SignUps, http, ct);
        if (place is null) return HashGate.Busy(http);

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // The password is hashed before the address is looked up, so a taken one takes as long as a free one.
        if (await tenants.CreateAsync(request.Email!.Trim(), request.Password!, request.Name!.Trim(), "user", ct) is not { } made)
            return Taken();
        var caller = new Caller(made.User.Id, made.Tenant, TenantRoles.Owner, AccountScope.All, made.User.Role, NewId.At(clock),
            TokenScopes.Admin, SecondFactor: false);
        var tokens = await sessions.OpenAsync(caller, null, http, db.Connection, ct);
        var (email, normalized) = (made.User.Email!, made.User.NormalizedEmail!); // everybody has one
        await mails.VerifyAsync(made.User.Id, email, normalized, address.OriginFor(http), db.Connection, ct);
        await transaction.CommitAsync(ct);
        devices.Remember(http, made.User);
        return TypedResults.Created("/api/user/me", AuthAnswer.Of(tokens, http, RefreshCookie.IsBrowser(http.Request)));
    }

    private static ProblemHttpResult Taken() => Problem.Of(StatusCodes.Status409Conflict, TenancyProblems.EmailTaken,
        "This e-mail address cannot be used for a new account. Log in instead, or use another address.");
}

/// <summary>Writes user, tenant, membership and trial on the connection of <see cref="IdentityDb"/>.</summary>
internal sealed class NewTenant(UserManager<User> users, IdentityDb db, AuditLog audit, TimeProvider clock)
{
    /// <returns><c>null</c> when the address is taken.</returns>
    public async Task<(User User, Guid Tenant)?> CreateAsync(string email, string password, string name, string role, CancellationToken ct)
    {
        var user = new User { Id = NewId.At(clock), Email = email, Name = name, Role = role, CreatedAt = clock.GetUtcNow() };
        // The address of the first administrator is the operator's own word.
        if (role == "admin") user.VerifiedAt = user.CreatedAt;
        try
        {
            var made = await users.CreateAsync(user, password);
            if (!made.Succeeded)
                throw new InvalidOperationException("User not created: " + string.Join(", ", made.Errors.Select(error => error.Code)));
        }
        catch (DbUpdateException e) when (e.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            return null;
        }
        var tenant = NewId.At(clock);
        await using var command = new NpgsqlCommand("""
            with made as (insert into tenancy.tenants (id, slug, name, created_at) values ($1, $2, $3, $5) returning id),
                 owner as (insert into tenancy.memberships (tenant_id, user_id, role, created_at) select id, $4, 'owner', $5 from made)
            update tenancy.users set default_tenant = $1 where id = $4 and exists (select 1 from made)
            """, db.Connection);
        command.Parameters.AddWithValue(tenant);
        command.Parameters.AddWithValue(SlugOf(name, tenant));
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(user.Id);
        command.Parameters.AddWithValue(clock.GetUtcNow());
        await command.ExecuteNonQueryAsync(ct);
        await using (var trial = new NpgsqlCommand("select billing.start_trial($1)", db.Connection))
        {
            trial.Parameters.AddWithValue(tenant);
            await trial.ExecuteNonQueryAsync(ct);
        }
        await audit.WriteAsync(new TenantId(tenant), new UserId(user.Id), "user.signed_up", user.Id.ToString(), null, db.Connection, ct);
        return (user, tenant);
    }

    private static string SlugOf(string name, Guid tenant)
    {
        var word = new string([.. name.ToLowerInvariant()
            .Select(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) ? letter : '-')]);
        var clean = string.Join('-', word.Split('-', StringSplitOptions.RemoveEmptyEntries));
        // The tail of a version 7 id is random, its head is the time.
        return $"{(clean.Length > 0 ? clean[..Math.Min(clean.Length, 24)].Trim('-') : "tenant")}-{tenant.ToString("N")[^8..]}";
    }
}
