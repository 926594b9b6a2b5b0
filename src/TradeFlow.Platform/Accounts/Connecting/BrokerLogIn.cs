using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Hosting;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Connecting;

/// <summary>A log-in that worked.</summary>
internal sealed record LoggedIn(ConnectorManifest Manifest, ConnectBody Body, BrokerAccount Account, AccountSnapshot? Snapshot);

/// <summary>Reads a Connect form, has the Worker try the log-in, and says what came of it.</summary>
internal sealed class BrokerLogIn(JobClient jobs, IHostEnvironment environment)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    public async Task<(LoggedIn? Done, ProblemHttpResult? Problem)> TryAsync(CatalogueEntry entry, JsonElement json, TenantId tenant, string? brokerAccount, CancellationToken ct)
    {
        var manifest = entry.Manifest;
        if (!entry.IsUsable)
            return (null, Problem.Of(StatusCodes.Status503ServiceUnavailable, AccountProblems.NotAvailable, $"{manifest.Name} cannot be connected at the moment."));
        if (json.ValueKind != JsonValueKind.Object) return (null, Problem.Of(StatusCodes.Status400BadRequest, "request.malformed", "Send a JSON object with the fields of the form."));
        var (body, errors) = ConnectBody.Read(json, manifest.Connect, BrokerCatalogue.ModesOf(manifest, environment));
        if (body is null) return (null, Problem.Invalid(errors));
        if (manifest.Connect.Flow == ConnectForm.AgentFlow) return (Paired(manifest, body), null);

        var answer = await jobs.ConnectAsync(tenant, new ConnectRequestBody
        {
            Broker = manifest.Slug, Mode = body.Mode, Credentials = body.Credentials, BrokerAccountId = body.BrokerAccount ?? brokerAccount,
        }, Patience, ct);
        return answer switch
        {
            { Outcome: ConnectAnswer.Connected, Account: { } account } => (new LoggedIn(manifest, body, account, answer.Snapshot), null),
            { Outcome: ConnectAnswer.ChooseAccount } => (null, Choose(answer)),
            { Outcome: ConnectAnswer.CredentialsRejected } => (null, Rejected(answer, manifest)),
            { Outcome: ConnectAnswer.NeedsStep } => (null, Step(answer, manifest)),
            _ => (null, Problem.Of(StatusCodes.Status504GatewayTimeout, AccountProblems.Unreachable, answer.Message ?? $"{manifest.Name} did not answer. Nothing was changed; try again.")),
        };
    }

    // There is nothing to log in to: the account's terminal will report, and is held to what was typed in here. XXX is ISO's "no currency yet".
    private static LoggedIn Paired(ConnectorManifest manifest, ConnectBody body)
    {
        var login = body.Credentials.GetValueOrDefault(manifest.Connect.LoginField ?? "") ?? "";
        return new LoggedIn(manifest, body, new BrokerAccount { Id = login, Name = $"{manifest.Name} {login}", Currency = "XXX" }, null);
    }

    private static ProblemHttpResult Choose(ConnectAnswer answer) => Problem.Of(
        StatusCodes.Status422UnprocessableEntity, AccountProblems.AccountRequired, answer.Message ?? "There are several accounts behind this log-in. Name one as broker_account.",
        new Dictionary<string, object?>
        {
            ["accounts"] = answer.Accounts.Select(account => new ChoiceView(account.Id, account.Name, account.Currency, account.Balance)).ToList(),
        });

    private static ProblemHttpResult Rejected(ConnectAnswer answer, ConnectorManifest manifest)
    {
        var known = manifest.Connect.Fields.Select(field => field.Key).ToHashSet(StringComparer.Ordinal);
        // A problem of the log-in as a whole is shown at its last field, where a person would try again.
        var whole = manifest.Connect.Fields.LastOrDefault(field => field.Secret)?.Key ?? manifest.Connect.LoginField ?? "mode";
        var errors = answer.Problems.GroupBy(problem => known.Contains(problem.Field) ? problem.Field : whole, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(problem => problem.Message).ToArray(), StringComparer.Ordinal);
        return Problem.Of(StatusCodes.Status422UnprocessableEntity, AccountProblems.CredentialsRejected,
            answer.Problems.Count > 0 ? answer.Problems[0].Message : "The broker refused the log-in.", new Dictionary<string, object?> { ["errors"] = errors });
    }

    // Said as it is: nothing of the form is wrong, and another try with the same form would end here again.
    private static ProblemHttpResult Step(ConnectAnswer answer, ConnectorManifest manifest) => Problem.Of(
        StatusCodes.Status422UnprocessableEntity, AccountProblems.StepRequired,
        answer.Message ?? $"{manifest.Name} asks for one more step ({string.Join(", ", answer.Fields.Select(field => field.Label))}), which cannot be answered here yet. Use a log-in that needs none.",
        new Dictionary<string, object?> { ["steps"] = answer.Fields.Select(field => field.Label).ToList() });

    internal sealed record ChoiceView(string Id, string Name, string Currency, decimal? Balance);
}
