using System.Collections.ObjectModel;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Hosting;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;
using TradeFlow.Platform.Tenancy.Sessions;
using TradeFlow.Platform.Tenancy.Users;

namespace TradeFlow.Platform.Accounts.Connecting;

/// <summary>A log-in that worked.</summary>
/// <param name="State">What its connector stored on the way, for the account's small store.</param>
internal sealed record LoggedIn(
    ConnectorManifest Manifest, ConnectBody Body, BrokerAccount Account, AccountSnapshot? Snapshot,
    IReadOnlyDictionary<string, string> State);

/// <summary>Reads a Connect form, has the Worker try the log-in, and says what came of it.</summary>
internal sealed class BrokerLogIn(
    JobClient jobs, LogInSteps steps, LogInGuard guard, TenantContext tenants, VerifiedEmails verified, FreshProof proof,
    IHostEnvironment environment)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    public async Task<(LoggedIn? Done, ProblemHttpResult? Problem)> TryAsync(
        CatalogueEntry entry, JsonElement json, HttpResponse response, string? brokerAccount, CancellationToken ct)
    {
        var (manifest, tenant) = (entry.Manifest, tenants.Tenant);
        if (!entry.IsUsable)
            return (null, Problem.Of(StatusCodes.Status503ServiceUnavailable, AccountProblems.NotAvailable,
                $"{manifest.Name} cannot be connected at the moment."));
        if (json.ValueKind != JsonValueKind.Object) return (null,
            Problem.Of(StatusCodes.Status400BadRequest, "request.malformed", "Send a JSON object with the fields of the form."));
        var (body, errors) = ConnectBody.Read(json, manifest.Connect, BrokerCatalogue.ModesOf(manifest, environment));
        if (body is null) return (null, Problem.Invalid(errors));
        // An account that is connected already is no newcomer: its exits must not wait for a mail.
        if (brokerAccount is null && body.Mode == "live" && !await verified.HasAsync(tenants.User, ct))
            return (null, Problem.Of(StatusCodes.Status403Forbidden, TenancyProblems.VerifyEmail,
                "Confirm your e-mail address before you connect a live account: open the link that was mailed to you, or have it sent again in the settings."));
        // Before the broker is asked: with money on it, nobody guesses passwords there by a stolen token either.
        if (body.Mode == "live" && await proof.RefusalAsync(response.HttpContext, ct) is { } refusal) return (null, refusal);
        if (manifest.Connect.Flow == ConnectForm.AgentFlow) return (Paired(manifest, body), null);

        var request = new ConnectRequestBody
        {
            Broker = manifest.Slug, Mode = body.Mode, Credentials = body.Credentials, BrokerAccountId = body.BrokerAccount ?? brokerAccount
        };
        if (body.Continuation is { } continuation)
        {
            var step = steps.Open(tenant, continuation);
            if (WhyLapsed(step, request) is { } why) return (null, LogInProblems.Lapsed(why));
            (var answers, errors) = body.AnswersTo(step!); // one that does not open has lapsed
            if (errors.Count > 0) return (null, Problem.Invalid(errors));
            request = request with { Step = step, Answers = answers };
        }
        // A broker that asks for nothing secret has nothing to guess.
        if (!manifest.Connect.Fields.Any(field => field.Secret))
            return Read(await jobs.ConnectAsync(tenant, request, Patience, ct), manifest, body, request.Step, tenant);
        var (attempt, problem) = await guard.BeginAsync(manifest, body.Credentials, response, ct);
        if (problem is not null) return (null, problem);
        // Not cancelled with the request: what the broker refuses is written down, also for whoever hangs up.
        var answer = await jobs.ConnectAsync(tenant, request, Patience, CancellationToken.None);
        await guard.EndAsync(attempt, answer, manifest, body, CancellationToken.None);
        return Read(answer, manifest, body, request.Step, tenant);
    }

    private (LoggedIn? Done, ProblemHttpResult? Problem) Read(
        ConnectAnswer answer, ConnectorManifest manifest, ConnectBody body, LogInStep? answered, TenantId tenant)
    {
        var next = answer.Continuation is { } continuation ? steps.Open(tenant, continuation) : null;
        return answer switch
        {
            { Outcome: ConnectAnswer.Connected, Account: { } account } =>
                (new LoggedIn(manifest, body, account, answer.Snapshot, next?.State ?? ReadOnlyDictionary<string, string>.Empty), null),
            { Outcome: ConnectAnswer.ChooseAccount } => (null, LogInProblems.Choose(answer)),
            { Outcome: ConnectAnswer.CredentialsRejected } =>
                (null, LogInProblems.Rejected(answer, manifest, answered is { Fields: not null } ? answered : null)),
            { Outcome: ConnectAnswer.NeedsStep, Continuation: { } sealedStep } when next is not null =>
                (null, LogInProblems.Step(next, sealedStep, manifest)),
            _ => (null, Problem.Of(StatusCodes.Status504GatewayTimeout, AccountProblems.Unreachable,
                answer.Message ?? $"{manifest.Name} did not answer. Nothing was changed; try again.")),
        };
    }

    private string? WhyLapsed(LogInStep? step, ConnectRequestBody request)
    {
        if (step is null) return "This continuation was not made here for you.";
        if (step.LogIn != LogInSteps.LogInOf(request.Broker, request.Mode, request.Credentials))
            return "The form was changed after this step was asked for.";
        return steps.IsOver(step) ? "The time to answer this step is over." : null;
    }

    // There is nothing to log in to: the account's terminal will report, and is held to what was typed in here. XXX is ISO's "no currency
    // yet".
    private static LoggedIn Paired(ConnectorManifest manifest, ConnectBody body)
    {
        var login = body.Credentials.GetValueOrDefault(manifest.Connect.LoginField ?? "") ?? "";
        return new LoggedIn(manifest, body, new BrokerAccount { Id = login, Name = $"{manifest.Name} {login}", Currency = "XXX" }, null,
            ReadOnlyDictionary<string, string>.Empty);
    }
}
