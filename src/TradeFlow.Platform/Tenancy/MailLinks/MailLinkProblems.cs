using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Tenancy.MailLinks;

/// <summary>Answers to links that do not work.</summary>
internal static class MailLinkProblems
{
    public static ProblemHttpResult Of(MailTokenResult result) => result switch
    {
        MailTokenResult.Used => Problem.Of(StatusCodes.Status409Conflict, TenancyProblems.TokenUsed,
            "This link has been used. It works once."),
        MailTokenResult.Expired => Problem.Of(StatusCodes.Status410Gone, TenancyProblems.TokenExpired,
        "This link does not work any more. Ask for a new one."),
        MailTokenResult.Unknown => Problem.Of(StatusCodes.Status404NotFound, TenancyProblems.TokenInvalid,
        "This is no link of ours. Copy it whole from the mail."),
        _ => throw new UnreachableException(),
    };

    public static ProblemHttpResult Many(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "3600";
        return Problem.Of(StatusCodes.Status429TooManyRequests, ProblemCodes.RateLimited,
            $"At most {MailTokens.MostInAnHour} such mails are sent in an hour. Look into the folder for spam, or wait.");
    }
}
