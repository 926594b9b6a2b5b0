using Orleans;
using Orleans.Concurrency;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>
/// Answers what is asked about the account that is its key, where its session is: a broker that sees two log-ins may end one or both.
/// </summary>
[Alias("account-desk")]
internal interface IAccountDesk : IGrainWithGuidKey
{
    /// <returns><c>null</c> when the question could not be answered; why stands in the Worker's log.</returns>
    [AlwaysInterleave, ResponseTimeout("00:01:00"), Alias("ask")]
    Task<BrokerAnswer?> AskAsync(BrokerQuestion question);
}

/// <summary>Answers what is asked of a broker before there is an account: any Worker does.</summary>
[Alias("broker-desk")]
internal interface IBrokerDesk : IGrainWithIntegerKey
{
    /// <returns><c>null</c> when the question could not be answered; why stands in the Worker's log.</returns>
    [AlwaysInterleave, ResponseTimeout("00:01:00"), Alias("ask")]
    Task<BrokerAnswer?> AskAsync(BrokerQuestion question);
}

/// <summary>What is asked.</summary>
/// <param name="Kind">One of <see cref="JobKinds"/>.</param>
/// <param name="Sealed">The question as JSON, sealed for the tenant and this id: it may hold credentials, and Workers are called in plain
/// text.</param>
/// <param name="Until">Nobody waits for the answer after it.</param>
[GenerateSerializer, Alias("broker.question")]
internal sealed record BrokerQuestion(
    [property: Id(0)] Guid Id, [property: Id(1)] Guid Tenant, [property: Id(2)] Guid? Account, [property: Id(3)] string Kind,
    [property: Id(4)] byte[] Sealed, [property: Id(5)] DateTimeOffset Until)
{
    public string SealedFor => $"job:{Id}";

    public override string ToString() => $"{Kind} {Id}";
}

/// <summary>What is answered. The JSON holds no secret, and nothing of a plugin's own.</summary>
/// <param name="IsFailure">It is a <see cref="JobFailure"/>.</param>
[GenerateSerializer, Alias("broker.answer")]
internal sealed record BrokerAnswer([property: Id(0)] bool IsFailure, [property: Id(1)] string Json);
