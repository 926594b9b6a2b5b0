using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Jobs;

internal sealed record Job(Guid Id, TenantId Tenant, AccountId? Account, string Kind, string RequestJson, DateTimeOffset ExpiresAt)
{
    /// <summary>The account that the job is about.</summary>
    public AccountId RequiredAccount => Account ?? throw new ConnectorException(ConnectorErrorKind.Misconfigured, $"A job {Kind} needs an account.");

    public override string ToString() => $"{Kind} {Id}";
}

/// <summary>Answers one kind of job.</summary>
internal interface IJobHandler
{
    string Kind { get; }

    /// <returns>The answer as JSON, without secrets.</returns>
    /// <exception cref="ConnectorException">The broker could not be asked.</exception>
    Task<string> RunAsync(Job job, CancellationToken ct);
}
