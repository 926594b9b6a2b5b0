namespace TradeFlow.Platform.Accounts.Contracts;

/// <summary>Stable codes of this module.</summary>
public static class AccountProblems
{
    public const string CredentialsRejected = "broker.credentials_rejected";
    public const string AccountRequired = "broker.account_required";
    public const string StepRequired = "broker.step_required";
    public const string Unreachable = "broker.unreachable";
    public const string NotAvailable = "broker.not_available";
    public const string AlreadyConnected = "account.already_connected";
    public const string ReportsItself = "account.reports_itself";
    public const string OtherAccount = "account.other_broker_account";
}
