using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Agents;

/// <summary>
/// <c>POST /api/ea/heartbeat</c>: an agent's report in, commands out. The answer is flat, compact and in a fixed order, because the agents
/// read it by searching for the keys.
/// </summary>
internal sealed partial class HeartbeatEndpoint(
    IAgentAccounts accounts, FailureLimits failures, AgentDesk desk, BeatPace pace, IOptions<AgentOptions> options, TimeProvider clock,
    ILogger<HeartbeatEndpoint> log)
{
    private const string Bearer = "Bearer ";

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/ea/heartbeat", (HttpContext http, HeartbeatEndpoint heartbeat) => heartbeat.HandleAsync(http)).AllowAnonymous()
            .WithTags("Terminals").WithName("Heartbeat")
            .WithSummary("A terminal's report in, commands out")
            .WithDescription("For Expert Advisors and other agents in a trading terminal, every one to three seconds, with the account's agent key as Authorization: Bearer. At most three a second, one after the other. Unknown members are ignored, " +
                "numbers may be quoted. A command comes again until its result is reported or it expires; an agent runs an id once. 409 account.other_broker_account when the terminal is logged in to another account.")
            .Accepts<HeartbeatShape>("application/json").Produces<HeartbeatAnswerShape>().ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status429TooManyRequests);

    public async Task HandleAsync(HttpContext http)
    {
        var ct = http.RequestAborted;
        if (KeyOf(http.Request) is not { } key || await accounts.FindAsync(key, ct) is not { } account)
        {
            await (failures.Take(http.Connection.RemoteIpAddress) ? InvalidKey() : FailureLimits.TooMany(http)).ExecuteAsync(http);
            return;
        }
        var (verdict, problem) = await TakeInTurnAsync(http, account, ct);
        if (verdict is not null) await WriteAsync(http.Response, verdict);
        else await problem!.ExecuteAsync(http); // one of the two is always there
    }

    /// <summary>
    /// The turn ends before the answer goes out: a terminal that tells a result at once must not find its own last report in the way.
    /// </summary>
    /// <returns>The verdict of a report that was taken, or why it was not.</returns>
    private async Task<(BeatVerdict? Verdict, ProblemHttpResult? Problem)> TakeInTurnAsync(
        HttpContext http, AgentAccount account, CancellationToken ct)
    {
        using var turn = pace.TryBegin(account.Account);
        if (turn is null) return (null, TooOften(http));
        if (await ReadBodyAsync(http.Request, ct) is not { } body)
        {
            var words = $"A report has at most {BeatReader.LargestBody / 1024} KiB.";
            return (null, Problem.Of(StatusCodes.Status413PayloadTooLarge, AgentProblems.Invalid, words));
        }
        var (beat, errors) = BeatReader.Read(body, clock.GetUtcNow());
        if (beat is null) return (null, Invalid(errors));
        // Not cancelled with the request: a terminal that gives up after its time-out is told the rest with its next report.
        var verdict = await desk.TakeAsync(account, beat, CancellationToken.None);
        switch (verdict.Verdict)
        {
            case "unpaired":
                return (null, InvalidKey());
            case "busy":
                return (null, TooOften(http));
            case "mismatch":
                LogMismatch(account.Account, beat.Login, beat.Server);
                return (null, Mismatch(beat, verdict));
            case "holds" when !account.IsActive:
                await accounts.OnlineAsync(account, beat.Report.Balance, beat.Report.Equity, beat.Report.Currency, CancellationToken.None);
                break;
        }
        return (verdict, null);
    }

    private ProblemHttpResult TooOften(HttpContext http)
    {
        http.Response.Headers.RetryAfter = "1";
        return Problem.Of(StatusCodes.Status429TooManyRequests, ProblemCodes.RateLimited,
            $"Report once every one to three seconds: at most {options.Value.BeatsPerSecond} reports a second, one after the other.");
    }

    private static ProblemHttpResult Invalid(Dictionary<string, string[]> errors) => Problem.Of(
        StatusCodes.Status422UnprocessableEntity, AgentProblems.Invalid, $"{errors.First().Key}: {errors.First().Value[0]}",
        new Dictionary<string, object?> { ["errors"] = errors });

    private async Task WriteAsync(HttpResponse response, BeatVerdict verdict)
    {
        var text = new StringBuilder(256);
        text.Append("{\"server_time\":\"").Append(verdict.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture))
            .Append("\",\"interval_ms\":").Append(options.Value.IntervalMs.ToString(CultureInfo.InvariantCulture)).Append(",\"commands\":[")
            .AppendJoin(',', verdict.Commands).Append("]}");
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = bytes.Length;
        await response.Body.WriteAsync(bytes, CancellationToken.None);
    }

    private static ProblemHttpResult InvalidKey() => Problem.Of(StatusCodes.Status401Unauthorized, AgentProblems.InvalidKey,
        "The key is missing or not the agent key of an account: copy the agent key from the account's set-up page. " +
        "The API key of the alerts opens nothing here.");

    // Names what was sent and nothing of the account: whoever holds a key without its terminal learns no login and no server.
    private static ProblemHttpResult Mismatch(AgentBeat beat, BeatVerdict verdict)
    {
        var (login, server, mode) = verdict.Expected;
        Dictionary<string, string[]> errors = [];
        if (beat.Login != login) errors["login"] = [$"The key does not belong to {beat.Login}."];
        if (!string.Equals(beat.Server, server, StringComparison.OrdinalIgnoreCase))
            errors["server"] = [$"The key does not belong to an account at {beat.Server}."];
        if (beat.Mode is { } sent && sent != mode) errors["mode"] = [$"The account was not connected as {sent}."];
        var named = beat.Mode is null ? $"{beat.Login} at {beat.Server}" : $"{beat.Login} at {beat.Server} ({beat.Mode})";
        return Problem.Of(StatusCodes.Status409Conflict, AgentProblems.OtherAccount,
            $"The terminal is logged in as {named}, and the key belongs to another account. Nothing was changed: " +
            "log the terminal in to the account that the key's set-up page names, or connect this one with a key of its own.",
            new Dictionary<string, object?> { ["errors"] = errors });
    }

    private static string? KeyOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
        && header[Bearer.Length..].Trim() is { Length: > 0 } key ? key : null;

    /// <returns>The body, or <c>null</c> when it is too large.</returns>
    private static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpRequest request, CancellationToken ct)
    {
        if (request.ContentLength > BeatReader.LargestBody) return null;
        var body = new ArrayBufferWriter<byte>(Math.Max(1024, (int)(request.ContentLength ?? 4096)));
        while (true)
        {
            var read = await request.Body.ReadAsync(body.GetMemory(4096), ct);
            if (read == 0) return body.WrittenMemory;
            body.Advance(read);
            if (body.WrittenCount > BeatReader.LargestBody) return null;
        }
    }

    // As often as such a terminal reports: the set-up page shows the newest one.
    [LoggerMessage(3601, LogLevel.Debug, "Account {Account}: its key came from a terminal that is logged in as {Login} at {Server}")]
    private partial void LogMismatch(AccountId account, string login, string server);
}
