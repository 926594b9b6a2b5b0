using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel.Forms;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Connecting;

/// <summary>What a log-in that has not ended in an account answers, each so that the user can go on.</summary>
internal static class LogInProblems
{
    public static ProblemHttpResult Choose(ConnectAnswer answer)
    {
        Dictionary<string, object?> more = new(StringComparer.Ordinal) { ["accounts"] = answer.Accounts.Select(
            account => new ChoiceView(account.Id, account.Name, account.Currency, account.Balance)).ToList() };
        // A one-time code is spent by now: what it led to goes on to the account that is chosen.
        if (answer.Continuation is { } continuation) more[ConnectBody.ContinuationKey] = continuation;
        return Problem.Of(StatusCodes.Status422UnprocessableEntity, AccountProblems.AccountRequired,
            answer.Message ?? "There are several accounts behind this log-in. Name one as broker_account.", more);
    }

    /// <param name="answered">The step that was answered, with the fields that it still has.</param>
    public static ProblemHttpResult Rejected(ConnectAnswer answer, ConnectorManifest manifest, LogInStep? answered)
    {
        var errors = answer.Problems.GroupBy(problem => KeyOf(problem, manifest, answered?.Fields), StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Select(problem => problem.Message).ToArray(), StringComparer.Ordinal);
        Dictionary<string, object?> more = new(StringComparer.Ordinal) { ["errors"] = errors };
        if (answered is not null && errors.Keys.Any(ConnectBody.IsAnswerKey) && answer.Continuation is { } continuation)
            more["step"] = new StepView(FormSchema.Of(manifest.Name, answered.Notice, answered.Fields ?? []), continuation);
        return Problem.Of(StatusCodes.Status422UnprocessableEntity, AccountProblems.CredentialsRejected,
            answer.Problems.Count > 0 ? answer.Problems[0].Message : "The broker refused the log-in.", more);
    }

    public static ProblemHttpResult Step(LogInStep step, string continuation, ConnectorManifest manifest)
    {
        var fields = step.Fields ?? [];
        return Problem.Of(StatusCodes.Status422UnprocessableEntity, AccountProblems.StepRequired,
            fields.Count > 0 ? $"{manifest.Name} asks for one more step: {string.Join(", ", fields.Select(field => field.Label))}."
                : $"{manifest.Name} asks for one more step.", new Dictionary<string, object?>(StringComparer.Ordinal)
                {
                    ["steps"] = fields.Select(field => field.Label).ToList(),
                    ["step"] = new StepView(FormSchema.Of(manifest.Name, step.Notice, fields), continuation)
                });
    }

    /// <summary>The step cannot be answered any more, or not with this body.</summary>
    public static ProblemHttpResult Lapsed(string why)
    {
        var message = $"{why} Send the form without continuation and answers to begin again.";
        return Problem.Of(StatusCodes.Status422UnprocessableEntity, ProblemCodes.ValidationFailed, message,
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["errors"] = new Dictionary<string, string[]>(StringComparer.Ordinal) { [ConnectBody.ContinuationKey] = [message] }
            });
    }

    // A problem of the log-in as a whole is shown at the last field, where a person would try again.
    private static string KeyOf(FieldProblem problem, ConnectorManifest manifest, IReadOnlyList<FormField>? step)
    {
        if (step?.Any(field => field.Key == problem.Field) == true) return ConnectBody.AnswerKey(problem.Field);
        if (manifest.Connect.Fields.Any(field => field.Key == problem.Field)) return problem.Field;
        return step is not null
            ? ConnectBody.AnswerKey(step.Count > 0 ? step[^1].Key : null)
            : manifest.Connect.Fields.LastOrDefault(field => field.Secret)?.Key ?? manifest.Connect.LoginField ?? "mode";
    }

    internal sealed record ChoiceView(string Id, string Name, string Currency, decimal? Balance);

    /// <param name="Schema">The fields of the step as JSON Schema, as a broker's credentials are.</param>
    /// <param name="Continuation">Goes back with the same form and the answers.</param>
    internal sealed record StepView(System.Text.Json.Nodes.JsonObject Schema, string Continuation);
}
