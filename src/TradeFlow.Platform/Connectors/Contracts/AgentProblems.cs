namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>Stable codes of the agents' endpoint.</summary>
public static class AgentProblems
{
    public const string InvalidKey = "auth.invalid_key";
    public const string Invalid = "heartbeat.invalid";
    public const string OtherAccount = "account.other_broker_account";
}
