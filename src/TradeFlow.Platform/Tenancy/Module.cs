using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Kernel.Housekeeping;
using TradeFlow.Platform.Kernel.Keys;
using TradeFlow.Platform.Kernel.TenantData;
using TradeFlow.Platform.Outgoing.Contracts;
using TradeFlow.Platform.Tenancy.Administration;
using TradeFlow.Platform.Tenancy.Audit;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.MailLinks;
using TradeFlow.Platform.Tenancy.Members;
using TradeFlow.Platform.Tenancy.Passkeys;
using TradeFlow.Platform.Tenancy.PersonalTokens;
using TradeFlow.Platform.Tenancy.Profile;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.SignIn;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Tenancy;

public static class TenancyModule
{
    public static TBuilder AddTenancyApi<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddDbContext<IdentityDb>((provider, options) => options.UseNpgsql(provider.GetRequiredService<Database>().System));
        builder.EnrichNpgsqlDbContext<IdentityDb>(KernelModule.WithoutRetry);
        services.AddIdentityCore<User>().AddUserStore<UserStore>();
        // CredentialRules checks the request and the unique index the address: Identity's own checks would ask for user names and kinds of
        // characters.
        services.RemoveAll<IUserValidator<User>>();
        services.RemoveAll<IPasswordValidator<User>>();
        services.AddSingleton(Options.Create(HashingOf(builder.Configuration)));

        AddSealedColumns(services);
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<AccessTokenFormat>();
        services.AddSingleton<SessionGuard>();
        services.AddSingleton<SessionTokens>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<Tries>();
        services.AddSingleton<KnownDevices>();
        services.AddSingleton<HashGate>();
        services.AddSingleton<DummyHash>();
        services.AddSingleton<FailedLogIns>();
        services.AddSingleton<TenantSwitch>();
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AuditSeals>();
        services.AddSingleton<MailTokens>();
        services.AddSingleton<AddressMails>();
        services.AddSingleton<ForgotLimits>();
        services.AddSingleton<VerifiedEmails>();
        services.AddSingleton<FreshProof>();
        services.AddScoped<Confirm>();
        services.AddScoped<Reset>();
        services.AddSingleton<AuditChain>();
        services.AddSingleton<AuditCheck>();
        services.AddScoped<LogIn>();
        services.AddScoped<NewSession>();
        services.AddPasskeys();
        services.AddScoped<SecondFactor>();
        services.AddScoped<NewTenant>();
        services.AddHostedService<FirstAdmin>();
        services.AddHostedService(provider => provider.GetRequiredService<FailedLogIns>());

        // The core alone: AddAuthentication would bring Data Protection and its key files, which nothing here uses.
        services.AddAuthenticationCore(options =>
        {
            options.AddScheme<BearerAuthentication>(BearerAuthentication.Scheme, null);
            options.DefaultScheme = BearerAuthentication.Scheme;
        });
        services.AddWebEncoders();
        services.AddTradeFlowPolicies();
        return builder;
    }

    /// <summary>Seals of the audit log, and what is forgotten in time.</summary>
    public static TBuilder AddTenancyWorker<TBuilder>(this TBuilder builder) where TBuilder : IHostApplicationBuilder
    {
        var services = builder.Services;
        services.AddSingleton<MailTokens>();
        AddSealedColumns(services);
        services.AddSingleton<IMessageSender, ResetMails>();
        services.AddSingleton<AuditSeals>();
        services.AddSingleton<AuditChain>();
        services.AddRecurringJob<AuditSealing>();
        services.AddRecurringJob<AuditRetention>();
        // A month after their end, for whoever asks where somebody was signed in.
        services.AddSweep("tenancy.sessions", every: TimeSpan.FromHours(1), along: ["tenancy.refresh_tokens"],
            where: "expires_at < $1 - interval '30 days' or revoked_at < $1 - interval '30 days'");
        // Nobody has added to it for a day, and nobody is kept out by it.
        services.AddSweep("tenancy.sign_in_locks", every: TimeSpan.FromHours(1),
            where: "updated_at < $1 - interval '1 day' and coalesce(locked_until, $1) <= $1");
        // Long enough for whoever shows one to be told that it was used.
        services.AddSweep("tenancy.mail_tokens", every: TimeSpan.FromHours(1), where: "expires_at < $1 - interval '30 days'");
        services.AddKeptTable("tenancy.tenants", "one row for each customer");
        services.AddKeptTable("tenancy.users", "one row for each person");
        services.AddKeptTable("tenancy.user_tokens", "a few rows for each person with two-factor sign-in");
        services.AddKeptTable("tenancy.passkeys", "a few rows for each person, made by hand");
        services.AddKeptTable("tenancy.memberships", "one row for each person in a tenant");
        services.AddKeptTable("tenancy.invitations", "made by hand, and the history of who let whom in");
        services.AddKeptTable("tenancy.personal_tokens", "made by hand, and the history of who had access");
        services.AddKeptTable("tenancy.signing_keys", "a few rows");
        services.AddKeptTable("tenancy.audit_heads", "one row for each tenant");
        services.AddKeptTable("tenancy.audit_cuts", "one row for each tenant");
        services.AddExported(new TenantTable("tenancy.tenants", "workspace", null) { Key = "id" });
        services.AddExported(new TenantTable("tenancy.memberships", "members", null)
        {
            More = new Dictionary<string, string>
            {
                ["email"] = "(select u.email from tenancy.users u where u.id = t.user_id)",
                ["name"] = "(select u.name from tenancy.users u where u.id = t.user_id)",
            },
        });
        services.AddExported("tenancy.invitations", "invitations");
        services.AddExported("tenancy.personal_tokens", "personal_tokens");
        services.AddExported("tenancy.audit_log", "audit_log");
        services.AddNotExported("tenancy.sessions", "people's own: each sees theirs in Settings");
        services.AddNotExported("tenancy.audit_heads", "proofs of the audit log");
        services.AddNotExported("tenancy.audit_seals", "proofs of the audit log");
        services.AddNotExported("tenancy.audit_cuts", "proofs of the audit log");
        return builder;
    }

    /// <summary>Walks the chains of the audit log, for the command of the Worker.</summary>
    /// <returns>The exit code: 0 when every chain holds, 1 when one does not.</returns>
    public static async Task<int> VerifyAuditAsync(IConfiguration configuration, TextWriter output, CancellationToken ct)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddSingleton<Database>();
        services.AddKeys();
        AddSealedColumns(services);
        await using var provider = services.BuildServiceProvider();
        var database = provider.GetRequiredService<Database>();
        var verdict = await new AuditChain(database, new AuditSeals(database, provider.GetRequiredService<KeyRing>())).VerifyAsync(ct);
        foreach (var fault in verdict.Faults) await output.WriteLineAsync(fault.ToString());
        await output.WriteLineAsync(verdict.Faults.Count == 0
            ? $"The audit log holds: {verdict.Rows} rows of {verdict.Tenants} tenants."
            : $"The audit log is broken: {verdict.Faults.Count} of {verdict.Tenants} tenants, {verdict.Rows} rows read. The first broken row of each is named above.");
        return verdict.Faults.Count == 0 ? 0 : 1;
    }

    /// <summary>Makes an administrator of a person who is there already, for the command of the Worker.</summary>
    /// <returns>The exit code: 0 when it was done, 1 when not.</returns>
    public static async Task<int> PromoteAdminAsync(
        IConfiguration configuration, string email, string password, TextWriter output, CancellationToken ct)
    {
        await using var database = new Database(configuration);
        var (code, words) = await new AdminPromotion(database, new PasswordHasher<User>(Options.Create(HashingOf(configuration))),
            new AuditLog(TimeProvider.System)).RunAsync(email, password, ct);
        await output.WriteLineAsync(words);
        return code;
    }

    private static PasswordHasherOptions HashingOf(IConfiguration configuration) =>
        new() { IterationCount = configuration.GetValue("Passwords:Iterations", 210_000) };

    private static void AddSealedColumns(IServiceCollection services) => services.AddSealedColumns(
        new SealedColumn("tenancy.signing_keys", "sealed", "null::uuid", "'signing-key:' || kid"),
        new SealedColumn("tenancy.user_tokens", "value", "null::uuid",
            "'user:' || user_id || ':totp'") { Where = "name = 'AuthenticatorKey'", IsText = true },
        new SealedColumn("tenancy.refresh_tokens", "successor", "null::uuid", "'refresh:' || encode(hash, 'hex')"));

    public static void MapTenancy(this IEndpointRouteBuilder app)
    {
        MapSignIn(app.MapGroup("/auth").WithTags("Sign-in"));
        MapProfile(app.MapGroup("/api/user").WithTags("You"));
        MapTenant(app.MapGroup("/api/tenant").WithTags("Members"));
        app.MapPatch("/api/admin/users/{id:guid}", ChangeUser.Handle).WithTags("Administration").WithName("ChangeUser")
            .WithSummary("Change a person's role, or keep them out")
            .WithDescription("role is user or admin. disabled ends every session and personal token of theirs at once; alerts of their tenants go on, exits always. " +
                "409 auth.own_role where you would take your own role away. Administrators only; 404 for everybody else.")
            .RequireAuthorization(TradeFlowPolicies.Admin).RequireFreshProof();
        app.MapPost("/api/admin/audit/check", AuditCheck.Handle).WithTags("Administration").WithName("CheckAudit")
            .WithSummary("Walk the chains of the audit log now")
            .WithDescription("Computes every hash anew and answers with the first broken place of each tenant. It reads every row, one check at a time (409 audit.being_checked). " +
                "Administrators only; 404 for everybody else.").RequireAuthorization(TradeFlowPolicies.Admin).RequireFreshProof();
        app.MapGet("/api/admin/audit", AuditEndpoint.List).WithTags("Administration").WithName("ListAudit")
            .WithSummary("Who did what, in all tenants")
            .WithDescription(
                "Newest first; tenant_id, actor, action, from and to narrow it. Each row holds the hash that chains it to the one before.")
            .RequireAuthorization(TradeFlowPolicies.Admin).RequireFreshProof();
    }

    private static void MapSignIn(RouteGroupBuilder auth)
    {
        auth.MapPost("/signup", SignUp.Handle).WithName("SignUp").WithSummary("Make an account")
            .WithDescription("Makes a person, their tenant with them as its owner, and a trial. A browser gets the refresh token as an HttpOnly cookie instead of in the body.")
            .RequireRateLimiting(RateLimitPolicies.SignIn);
        auth.MapPost("/login", LogIn.Handle).WithName("LogIn").WithSummary("Log in")
            .WithDescription(
                "With two-factor sign-in on, totp is the code of the authenticator app or a recovery code; without it the answer is " +
                    "401 auth.totp_required. After ten failures for an address in a row, devices that have not logged in to it before wait (429, a " +
                    "minute, doubling to an hour); a device that has carries a cookie by which it is known, and counts for itself.")
            .RequireRateLimiting(RateLimitPolicies.SignIn);
        auth.MapPost("/refresh", Refresh.Handle).WithName("Refresh").WithSummary("Get a new pair of tokens")
            .WithDescription("Each refresh token works once; a second use more than 10 s later ends the session. Browsers send an empty body: the token is in their cookie.");
        auth.MapPost("/logout", LogOut.Handle).WithName("LogOut").WithSummary("End the session")
            .WithDescription(
                "Ends the session of the refresh token (body or cookie) or of the access token. Access tokens of it stop working.");
        auth.MapPost("/verify", Verify.Handle).WithName("VerifyEmail").WithSummary("Confirm an e-mail address")
            .WithDescription("The token of the mail: of a sign-up (24 hours), or of a change of address, which counts from then on. 409 auth.token_used, 410 auth.token_expired.")
            .RequireRateLimiting(RateLimitPolicies.SignIn);
        auth.MapPost("/verify/resend", ResendVerification.Handle).WithName("ResendVerification")
            .WithSummary("Send the mail of the sign-up again")
            .WithDescription("To your own address, as long as it is not confirmed; at most five in an hour.")
            .RequireAuthorization(TradeFlowPolicies.Person);
        auth.MapPost("/forgot", Forgot.Handle).WithName("ForgotPassword").WithSummary("Get a link to a new password")
            .WithDescription(
                "The answer is the same whether or not anybody has the address. The link works once, for 30 minutes; a newer one ends it.");
        auth.MapPost("/reset", Reset.Handle).WithName("ResetPassword").WithSummary("Set a new password by a mailed link")
            .WithDescription("Ends every session and personal access token; keys of accounts and two-factor log-in stay. 409 auth.token_used, 410 auth.token_expired.")
            .RequireRateLimiting(RateLimitPolicies.SignIn);
        auth.MapPost("/confirm", Confirm.Handle).WithName("ConfirmIdentity").WithSummary("Prove once more who you are")
            .WithDescription("With your password, or with the code of your authenticator app where two-factor log-in is on, or with credential: what a passkey signed for POST /auth/passkey/options. For the next minutes (Auth:ConfirmMinutes, 5) " +
                "this session may do what answers 403 auth.confirm_required else.")
            .RequireAuthorization(TradeFlowPolicies.Person);
        auth.MapPasskeyLogIn();
        auth.MapPost("/switch", TenantSwitch.Handle).WithName("SwitchTenant").WithSummary("Work in another of your tenants")
            .WithDescription("Moves the session to another tenant that you are a member of.")
            .RequireAuthorization(TradeFlowPolicies.Person);
    }

    private static void MapProfile(RouteGroupBuilder user)
    {
        user.MapGet("/me", Me.Get).WithName("GetMe").WithSummary("Who you are").WithDescription(
            "The person behind the token, their plan, and the tenant they work in.").RequireAuthorization(TradeFlowPolicies.Read);
        user.MapPatch("/me", Me.Change).WithName("ChangeMe").WithSummary("Change your name or time zone").WithDescription(
            "Your own, whatever your role in the tenant; what is left out stays as it is.").RequireAuthorization(TradeFlowPolicies.Person);
        user.MapPost("/password", ChangePassword.Handle).WithName("ChangePassword").WithSummary("Change your password")
            .WithDescription("All your other sessions end, personal access tokens too unless keep_tokens is true, and your devices are not known any more.")
            .RequireAuthorization(TradeFlowPolicies.Person).RequireFreshProof();
        user.MapPost("/email", ChangeEmail.Handle).WithName("ChangeEmail").WithSummary("Change your e-mail address")
            .WithDescription("A link is mailed to the new address, and it counts once that is confirmed; the old one is told. 403 auth.confirm_required when the log-in is some minutes old.")
            .RequireAuthorization(TradeFlowPolicies.Person).RequireFreshProof();
        user.MapPost("/2fa/setup", TwoFactor.Setup).WithName("SetUpTwoFactor").WithSummary("Get a secret for an authenticator app")
            .WithDescription("Nothing is asked at log-in until enable has proven the secret.")
            .RequireAuthorization(TradeFlowPolicies.Person).RequireFreshProof();
        user.MapPost("/2fa/enable", TwoFactor.Enable).WithName("EnableTwoFactor").WithSummary("Turn two-factor sign-in on")
            .WithDescription("Proves the secret with a code, and answers ten recovery codes that are shown once.")
            .RequireAuthorization(TradeFlowPolicies.Person).RequireFreshProof();
        user.MapPost("/2fa/disable", TwoFactor.Disable).WithName("DisableTwoFactor").WithSummary("Turn two-factor sign-in off")
            .WithDescription("Asks for a code or a recovery code once more.").RequireAuthorization(TradeFlowPolicies.Person)
            .RequireFreshProof();
        user.MapPasskeys();
        user.MapGet("/sessions", SessionEndpoints.List).WithName("ListSessions").WithSummary("Where you are logged in")
            .WithDescription("In all your tenants, the one that was used last first; current is the one that asks.")
            .RequireAuthorization(TradeFlowPolicies.Person);
        user.MapDelete("/sessions/{id:guid}", SessionEndpoints.End).WithName("EndSession").WithSummary("End a session")
            .WithDescription("Its tokens stop working at once.").RequireAuthorization(TradeFlowPolicies.Person);
        user.MapDelete("/sessions", SessionEndpoints.EndOthers).WithName("EndOtherSessions").WithSummary("End all other sessions")
            .WithDescription("The one that asks stays.").RequireAuthorization(TradeFlowPolicies.Person);
        user.MapGet("/tokens", TokenEndpoints.List).WithName("ListTokens").WithSummary("Your personal access tokens")
            .WithDescription("Masked, newest first.").RequireAuthorization(TradeFlowPolicies.Person);
        user.MapPost("/tokens", TokenEndpoints.Create).WithName("CreateToken").WithSummary("Make a personal access token")
            .WithDescription(
                "Scopes: read; trade includes read; admin includes both. A token never does more than you may, and is shown once. It ends after 90 days unless expires_at says otherwise; a year is the most.")
            .RequireAuthorization(TradeFlowPolicies.Person).RequireFreshProof();
        user.MapDelete("/tokens/{id:guid}", TokenEndpoints.Delete).WithName("DeleteToken").WithSummary("End a personal access token")
            .WithDescription("It stops working at once.").RequireAuthorization(TradeFlowPolicies.Person).RequireFreshProof();
    }

    private static void MapTenant(RouteGroupBuilder tenant)
    {
        tenant.MapGet("/members", MemberEndpoints.List).WithName("ListMembers").WithSummary("The people of your tenant")
            .WithDescription("With their roles, and the accounts that they see; null is all.").RequireAuthorization(TradeFlowPolicies.Read);
        tenant.MapPatch("/members/{userId:guid}", MemberEndpoints.Change).WithName("ChangeMemberRole")
            .WithSummary("Change a member's role and accounts")
            .WithDescription("accounts: the accounts that a trader or viewer sees and trades, null for all of them; left out it stays as it is. An owner " +
                "sees all. It counts at once, for sessions, tokens and open sockets. The last owner stays an owner.")
            .RequireAuthorization(TradeFlowPolicies.Owner).RequireFreshProof();
        tenant.MapDelete("/members/{userId:guid}", MemberEndpoints.Remove).WithName("RemoveMember").WithSummary("Remove a member")
            .WithDescription("Their sessions and tokens stop working here at once.").RequireAuthorization(TradeFlowPolicies.Owner)
            .RequireFreshProof();
        tenant.MapGet("/invitations", Invite.List).WithName("ListInvitations").WithSummary("Open invitations")
            .WithDescription("Newest first, without their tokens.").RequireAuthorization(TradeFlowPolicies.Owner);
        tenant.MapPost("/invitations", Invite.Handle).WithName("InviteMember").WithSummary("Invite a person")
            .WithDescription(
                "The token is mailed and answered once. It works for that address, once, for seven days. accounts: those that they will see, null for all.")
            .RequireAuthorization(TradeFlowPolicies.Owner).RequireFreshProof();
        tenant.MapDelete("/invitations/{id:guid}", Invite.Withdraw).WithName("WithdrawInvitation").WithSummary("Withdraw an invitation")
            .WithDescription("Its token stops working.").RequireAuthorization(TradeFlowPolicies.Owner).RequireFreshProof();
        tenant.MapPost("/invitations/accept", AcceptInvitation.Handle).WithName("AcceptInvitation").WithSummary("Join a tenant")
            .WithDescription("By the invited person, logged in with the invited address. The session moves to that tenant.")
            .RequireAuthorization(TradeFlowPolicies.Person);
    }
}
