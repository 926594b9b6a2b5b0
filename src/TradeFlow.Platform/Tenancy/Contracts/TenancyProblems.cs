namespace TradeFlow.Platform.Tenancy.Contracts;

/// <summary>Stable codes of this module.</summary>
public static class TenancyProblems
{
    public const string InvalidCredentials = "auth.invalid_credentials";
    public const string TotpRequired = "auth.totp_required";
    public const string Locked = "auth.locked";
    public const string Busy = "auth.busy";
    public const string EmailTaken = "auth.email_taken";
    public const string InvalidRefreshToken = "auth.invalid_refresh_token";
    public const string CrossSite = "auth.cross_site";
    public const string SecondFactorRequired = "auth.second_factor_required";
    public const string TwoFactorState = "auth.two_factor_state";
    public const string ConfirmRequired = "auth.confirm_required";
    public const string PasskeyRefused = "auth.passkey_refused";
    public const string VerifyEmail = "auth.verify_email";
    public const string TokenUsed = "auth.token_used";
    public const string TokenExpired = "auth.token_expired";
    public const string TokenInvalid = "auth.token_invalid";
    public const string AuditChecked = "audit.being_checked";
    public const string OwnRole = "auth.own_role";
    public const string LastOwner = "tenant.last_owner";
    public const string AlreadyMember = "tenant.already_member";
    public const string InvitationInvalid = "tenant.invitation_invalid";
}
