using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Api.Hosting;

/// <summary>
/// Turns what was thrown into a problem. What a client did wrong is named by its field; what we did wrong is only an id that leads to the
/// log: no stack, no SQL, no path.
/// </summary>
internal sealed partial class FaultAnswers(ILogger<FaultAnswers> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.RequestAborted.IsCancellationRequested) return true;
        await AnswerTo(httpContext, exception).ExecuteAsync(httpContext);
        return true;
    }

    private Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult AnswerTo(HttpContext http, Exception exception)
    {
        switch (exception)
        {
            case BadHttpRequestException { InnerException: JsonException json }:
                return JsonFault(json);
            case BadHttpRequestException bad:
                return StatusAnswers.Of(bad.StatusCode);
            case var _ when PostgresOf(exception) is { SqlState: ['2', '2', ..] } odd:
                // Data exceptions: a value that PostgreSQL cannot take. That is of the request, whatever the database thinks of it.
                LogOdd(odd, http.Request.Path);
                return Problem.Invalid("request",
                    "A value in this request cannot be stored: it holds a character that no text has, or is beyond any number or time that is kept.");
            case var _ when IsOutage(exception):
                LogAway(exception, http.Request.Path);
                http.Response.Headers.RetryAfter = "2";
                return Problem.Of(StatusCodes.Status503ServiceUnavailable, ProblemCodes.Unavailable,
                    "The service cannot do this at the moment. Try again in a few seconds.");
            default:
                LogFault(exception, http.Request.Path);
                return StatusAnswers.Of(StatusCodes.Status500InternalServerError);
        }
    }

    private static PostgresException? PostgresOf(Exception exception) =>
        exception as PostgresException ?? exception.InnerException as PostgresException;

    // Connection, resources, operator, system, rollback; a lock that was not to be had; a standby. What PostgreSQL answers beside these is
    // a fault of ours.
    private static bool IsOutage(Exception exception) => PostgresOf(exception) is { } answered
        ? answered.SqlState[..2] is "08" or "53" or "57" or "58" or "40"
            || answered.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.ReadOnlySqlTransaction
        : exception is NpgsqlException or SocketException or TimeoutException or { InnerException: NpgsqlException };

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult JsonFault(JsonException json)
    {
        // The words of the serializer name .NET types: only the place in the body is passed on.
        if (UnknownMember().Match(json.Message) is { Success: true } unknown)
            return Problem.Invalid(unknown.Groups[1].Value, "There is no such field here.");
        if (DuplicateMember().Match(json.Message) is { Success: true } twice)
            return Problem.Invalid(twice.Groups[1].Value, "This field stands twice.");
        // An inner JsonException is a fault of syntax; anything else is a value that does not fit its field.
        if (json.Path is ['$', '.', .. { Length: > 0 } field] && json.InnerException is not JsonException)
            return Problem.Invalid(field, "The value has the wrong type.");
        return Problem.Of(StatusCodes.Status400BadRequest, StatusAnswers.Malformed, json.LineNumber is { } line
            ? $"The body is not the JSON that belongs here (line {line + 1}, byte {json.BytePositionInLine + 1})."
            : "The body is not the JSON that belongs here.");
    }

    [GeneratedRegex("^The JSON property '([^']{1,64})' could not be mapped", RegexOptions.None, 1000)]
    private static partial Regex UnknownMember();

    [GeneratedRegex("^Duplicate property '([^']{1,64})'", RegexOptions.None, 1000)]
    private static partial Regex DuplicateMember();

    [LoggerMessage(1201, LogLevel.Error, "A request to {Path} failed")]
    private partial void LogFault(Exception exception, string path);

    [LoggerMessage(1203, LogLevel.Warning, "A request to {Path} held a value that PostgreSQL refused")]
    private partial void LogOdd(Exception exception, string path);

    [LoggerMessage(1202, LogLevel.Warning, "A request to {Path} found a dependency away")]
    private partial void LogAway(Exception exception, string path);
}
