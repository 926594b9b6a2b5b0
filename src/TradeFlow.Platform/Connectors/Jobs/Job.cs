using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Jobs;

/// <summary>A question, opened.</summary>
internal sealed record Job(TenantId Tenant, AccountId? Account, string Kind, string RequestJson)
{
    /// <summary>The account that the job is about.</summary>
    public AccountId RequiredAccount =>
        Account ?? throw new ConnectorException(ConnectorErrorKind.Misconfigured, $"A job {Kind} needs an account.");

    public override string ToString() => Kind;
}

/// <summary>Answers one kind of question.</summary>
internal interface IJobHandler
{
    string Kind { get; }

    /// <returns>The answer as JSON, without secrets.</returns>
    /// <exception cref="ConnectorException">The broker could not be asked.</exception>
    Task<string> RunAsync(Job job, CancellationToken ct);
}
