using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Api.Hosting;

/// <summary>A problem for every status that would otherwise have an empty body.</summary>
internal static class StatusAnswers
{
    public const string Malformed = "request.malformed";

    public static Task WriteAsync(StatusCodeContext context) =>
        Of(context.HttpContext.Response.StatusCode).ExecuteAsync(context.HttpContext);

    public static ProblemHttpResult Of(int status) => status switch
    {
        StatusCodes.Status400BadRequest => Problem.Of(status, Malformed, "The request cannot be read."),
        StatusCodes.Status401Unauthorized =>
            Problem.Of(status, ProblemCodes.Unauthenticated, "Log in, or send a valid token as Authorization: Bearer."),
        StatusCodes.Status403Forbidden => Problem.Of(status, ProblemCodes.Forbidden, "This is not allowed."),
        StatusCodes.Status404NotFound => Problem.NotFound(),
        StatusCodes.Status405MethodNotAllowed =>
            Problem.Of(status, "request.method_not_allowed", "This address exists, and does not answer to this method."),
        StatusCodes.Status408RequestTimeout => Problem.Of(status, "request.timeout", "The request did not arrive in time."),
        StatusCodes.Status413PayloadTooLarge => Problem.Of(status, "request.too_large", "The body is too large."),
        StatusCodes.Status415UnsupportedMediaType =>
            Problem.Of(status, "request.unsupported_media_type", "Send JSON, with Content-Type: application/json."),
        StatusCodes.Status421MisdirectedRequest => Problem.Of(status, "request.unknown_host", "No site of this name is served here."),
        StatusCodes.Status431RequestHeaderFieldsTooLarge => Problem.Of(status, "request.too_large", "The headers are too large."),
        >= 500 => Problem.Of(status, "internal", "Something went wrong on our side. Quote the request id when you tell us."),
        _ => Problem.Of(status, Malformed, "The request cannot be served."),
    };
}
