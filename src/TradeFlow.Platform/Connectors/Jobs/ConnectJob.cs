using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Opening;

namespace TradeFlow.Platform.Connectors.Jobs;

/// <summary>Tries a log-in and tells which accounts are behind it. The session is closed again: the account's own is opened once there is an account.</summary>
internal sealed class ConnectJob(SessionFactory factory) : IJobHandler
{
    public string Kind => JobKinds.Connect;

    public async Task<string> RunAsync(Job job, CancellationToken ct)
    {
        var request = JsonSerializer.Deserialize(job.RequestJson, ConnectorsJson.Default.ConnectRequestBody) ?? throw new JsonException("A request must not be null.");
        return JsonSerializer.Serialize(await ConnectAsync(request, ct), ConnectorsJson.Default.ConnectAnswer);
    }

    private async Task<ConnectAnswer> ConnectAsync(ConnectRequestBody request, CancellationToken ct)
    {
        try
        {
            var outcome = await factory.ConnectAsync(request.Broker, request.Mode, request.Credentials, request.BrokerAccountId, stateOwner: null, tenant: null, ct);
            return outcome switch
            {
                ConnectOutcome.Connected { Session: { } session } connected => await DescribeAsync(session, connected.Accounts, request.BrokerAccountId, ct),
                ConnectOutcome.Connected connected when request.BrokerAccountId is { } missing =>
                    new ConnectAnswer { Outcome = ConnectAnswer.ChooseAccount, Accounts = [.. connected.Accounts], Message = $"There is no account {missing} behind this log-in." },
                ConnectOutcome.Connected connected => new ConnectAnswer { Outcome = ConnectAnswer.ChooseAccount, Accounts = [.. connected.Accounts] },
                ConnectOutcome.NeedsStep step => new ConnectAnswer { Outcome = ConnectAnswer.NeedsStep, Fields = [.. step.Fields] },
                ConnectOutcome.Failed failed => new ConnectAnswer { Outcome = ConnectAnswer.CredentialsRejected, Problems = [.. failed.Problems] },
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (ConnectorException e)
        {
            return e.Kind is ConnectorErrorKind.Authentication or ConnectorErrorKind.Permission
                ? new ConnectAnswer { Outcome = ConnectAnswer.CredentialsRejected, Problems = [new FieldProblem("", e.Message)] }
                : new ConnectAnswer { Outcome = ConnectAnswer.Unreachable, Message = e.Message };
        }
    }

    private static async Task<ConnectAnswer> DescribeAsync(IBrokerConnector session, IReadOnlyList<BrokerAccount> accounts, string? chosen, CancellationToken ct)
    {
        await using (session)
        {
            var account = accounts.FirstOrDefault(candidate => candidate.Id == chosen) ?? (accounts.Count > 0 ? accounts[0] : null) ?? throw new ConnectorException(ConnectorErrorKind.Protocol, "The broker shows no account behind this log-in.");
            AccountSnapshot? snapshot = null;
            try
            {
                snapshot = await session.GetAccountAsync(ct);
            }
            catch (ConnectorException)
            {
                // The log-in works; its money is read again by the account's own session.
            }
            return new ConnectAnswer { Outcome = ConnectAnswer.Connected, Accounts = [.. accounts], Account = account, Snapshot = snapshot };
        }
    }
}
