using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace TradeFlow.Platform.Kernel;

/// <summary>The stable codes of error answers that belong to no single module. A code is never reused.</summary>
public static class ProblemCodes
{
    public const string ValidationFailed = "validation.failed";
    public const string NotFound = "not_found";
    public const string Unauthenticated = "auth.unauthenticated";
    public const string Forbidden = "auth.forbidden";
    public const string RateLimited = "rate.limited";
    public const string Unavailable = "unavailable";
}

/// <summary>RFC 9457 answers with a stable <c>code</c>.</summary>
public static class Problem
{
    public static ProblemHttpResult Of(int status, string code, string detail, IReadOnlyDictionary<string, object?>? more = null)
    {
        var problem = new ProblemDetails
        {
            Status = status, Detail = detail, Title = TitleOf(status), Type = "https://tradeflow.dev/problems/" + code.Replace('.', '-')
        };
        problem.Extensions["code"] = code;
        if (more is not null)
            foreach (var (key, value) in more) problem.Extensions[key] = value;
        return TypedResults.Problem(problem);
    }

    public static ProblemHttpResult NotFound() => Of(StatusCodes.Status404NotFound, ProblemCodes.NotFound, "There is no such thing here.");

    /// <summary>Names every field that is wrong, each with a sentence that says how to mend it.</summary>
    public static ProblemHttpResult Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        Of(StatusCodes.Status422UnprocessableEntity, ProblemCodes.ValidationFailed, "Some fields need a change.",
            new Dictionary<string, object?> { ["errors"] = errors });

    public static ProblemHttpResult Invalid(string field, string message) =>
        Invalid(new Dictionary<string, string[]> { [field] = [message] });

    private static string TitleOf(int status) => status switch
    {
        400 => "Bad request",
        401 => "Not signed in",
        402 => "Plan limit",
        403 => "Not allowed",
        404 => "Not found",
        409 => "Conflict",
        413 => "Too large",
        422 => "Not accepted",
        429 => "Too many requests",
        503 => "Unavailable",
        504 => "No answer",
        _ => "Error",
    };
}
