using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Connectors.Opening;

namespace TradeFlow.Platform.Connectors.Jobs;

/// <summary>
/// Tries a log-in and tells which accounts are behind it. The session is closed again: the account's own is opened once there is an
/// account.
/// </summary>
internal sealed class ConnectJob(SessionFactory factory, LogInSteps steps) : IJobHandler
{
    public string Kind => JobKinds.Connect;

    public async Task<string> RunAsync(Job job, CancellationToken ct)
    {
        var request = JsonSerializer.Deserialize(job.RequestJson, ConnectorsJson.Default.ConnectRequestBody)
            ?? throw new JsonException("A request must not be null.");
        var next = steps.New(request);
        var state = new LogInState(request.Step?.State ?? next.State);
        var (answer, step) = await ConnectAsync(request, state, next, ct);
        step = step with { State = state.Values };
        if (step is not { Fields: null, State.Count: 0 }) answer = answer with { Continuation = steps.Seal(job.Tenant, step) };
        return JsonSerializer.Serialize(answer, ConnectorsJson.Default.ConnectAnswer);
    }

    /// <returns>How it ended, and the step from which it goes on.</returns>
    private async Task<(ConnectAnswer Answer, LogInStep Step)> ConnectAsync(
        ConnectRequestBody request, LogInState state, LogInStep next, CancellationToken ct)
    {
        // After a wrong answer the same step is asked again.
        var again = next with { Fields = request.Step?.Fields, Notice = request.Step?.Notice };
        try
        {
            var outcome = await factory.ConnectAsync(new LogIn(request.Broker, request.Mode, request.Credentials,
                request.BrokerAccountId) { Answers = request.Answers, State = state }, ct);
            return outcome switch
            {
                ConnectOutcome.Connected { Session: { } session } connected =>
                    (await DescribeAsync(session, connected.Accounts, request.BrokerAccountId, ct), next),
                ConnectOutcome.Connected connected => (Choose(connected, request.BrokerAccountId), next),
                ConnectOutcome.NeedsStep step => (new ConnectAnswer { Outcome = ConnectAnswer.NeedsStep },
                    next with { Fields = [.. step.Fields], Notice = step.Notice }),
                ConnectOutcome.Failed failed =>
                    (new ConnectAnswer { Outcome = ConnectAnswer.CredentialsRejected, Problems = [.. failed.Problems] }, again),
                _ => throw new System.Diagnostics.UnreachableException(),
            };
        }
        catch (ConnectorException e)
        {
            var refused = e.Kind is ConnectorErrorKind.Authentication or ConnectorErrorKind.Permission
                ? new ConnectAnswer { Outcome = ConnectAnswer.CredentialsRejected, Problems = [new FieldProblem("", e.Message)] }
                : new ConnectAnswer { Outcome = ConnectAnswer.Unreachable, Message = e.Message };
            return (refused, again);
        }
    }

    private static ConnectAnswer Choose(ConnectOutcome.Connected connected, string? missing) => new()
    {
        Outcome = ConnectAnswer.ChooseAccount, Accounts = [.. connected.Accounts],
        Message = missing is null ? null : $"There is no account {missing} behind this log-in.",
    };

    private static async Task<ConnectAnswer> DescribeAsync(
        IBrokerConnector session, IReadOnlyList<BrokerAccount> accounts, string? chosen, CancellationToken ct)
    {
        await using (session)
        {
            var account = accounts.FirstOrDefault(candidate => candidate.Id == chosen) ?? (accounts.Count > 0 ? accounts[0] : null)
                ?? throw new ConnectorException(ConnectorErrorKind.Protocol, "The broker shows no account behind this log-in.");
            AccountSnapshot? snapshot = null;
            try
            {
                snapshot = await session.GetAccountAsync(ct);
            }
            catch (ConnectorException)
            {
                // The log-in works; its money is read again by the account's own session.
            }
            return new ConnectAnswer
            {
                Outcome = ConnectAnswer.Connected, Accounts = [.. accounts], Account = account, Snapshot = snapshot
            };
        }
    }
}
