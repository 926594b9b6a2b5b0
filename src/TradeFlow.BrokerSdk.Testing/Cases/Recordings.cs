using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using static TradeFlow.BrokerSdk.Testing.CaseStage;

namespace TradeFlow.BrokerSdk.Testing.Cases;

/// <summary>One answer of the real broker and what it proves. <c>testdata/outcomes*.json</c> is a list of these.</summary>
internal sealed record Recording
{
    /// <summary>A sentence.</summary>
    public required string Name { get; init; }

    /// <summary>Where the answer was seen: the broker's documents, a demo account, with a date.</summary>
    public required string Source { get; init; }

    /// <summary><c>place</c>, <c>cancel</c> or <c>close</c>.</summary>
    public required string Command { get; init; }

    public int Status { get; set; } = 200;
    public string ContentType { get; set; } = "application/json";

    /// <summary>JSON as it is, or a string for a body that is none.</summary>
    public JsonElement Body { get; init; }

    public required ExpectedOutcome Expect { get; init; }

    public HttpFault Fault => new(FaultKind.Answer, false, (HttpStatusCode)Status, ContentType, Body.ValueKind switch
    {
        JsonValueKind.Undefined => "",
        JsonValueKind.String => Body.GetString() ?? "",
        _ => Body.GetRawText(),
    });
}

/// <summary>What a recorded answer has to become. Members that are left out are not looked at.</summary>
internal sealed record ExpectedOutcome
{
    /// <summary><c>accepted</c>, <c>rejected</c>, <c>notSent</c> or <c>unknown</c>.</summary>
    public required string Outcome { get; init; }

    public RejectReason? Reason { get; init; }
    public string? Code { get; init; }
    public string? Text { get; init; }
    public string? BrokerOrderId { get; init; }

    /// <returns>What is wrong with the outcome, or <c>null</c>.</returns>
    public string? Problem(OrderOutcome seen)
    {
        var kind = seen.GetType().Name;
        if (!kind.Equals(Outcome, StringComparison.OrdinalIgnoreCase)) return $"it is {Tell(seen)} and not {Outcome}";
        if (seen is OrderOutcome.Accepted accepted && BrokerOrderId is not null && accepted.BrokerOrderId != BrokerOrderId)
            return $"the id is {accepted.BrokerOrderId} and not {BrokerOrderId}";
        if (seen is not OrderOutcome.Rejected rejected) return null;
        if (Reason is { } reason && rejected.Reason != reason) return $"the reason is {rejected.Reason} and not {reason}";
        if (Code is not null && rejected.BrokerCode != Code) return $"the code is '{rejected.BrokerCode}' and not '{Code}'";
        if (Text is not null && !rejected.BrokerText.Contains(Text, StringComparison.Ordinal))
            return $"the words '{Text}' are not in '{rejected.BrokerText}'";
        return rejected.BrokerText.Length == 0 ? "a refusal without the broker's words" : null;
    }
}

/// <summary>Plays recorded answers: everything goes to the venue double except the command, which gets the answer of the row.</summary>
internal static class Recordings
{
    private static readonly string[] Commands = ["place", "cancel", "close"];
    private static readonly string[] Outcomes = ["accepted", "rejected", "notSent", "unknown"];

    public static async Task PlayAsync(CaseStage s, string command)
    {
        s.NeedsHttp();
        var rows = Load(s.Target.TestDataFolder).Where(row => row.Command == command).ToList();
        SkipUnless(rows.Count > 0 || command is "place", $"No row of outcomes*.json is about a {command}.");
        Require(rows.Count > 0, $"There are no recorded answers to an order in {s.Target.TestDataFolder} (outcomes*.json). One acceptance and one refusal of the broker are the least.");
        List<string> problems = [];
        foreach (var row in rows)
        {
            await s.Venue.ResetAsync(s.Ct);
            var outcome = await AnswerAsync(s, row);
            if (row.Expect.Problem(outcome) is { } problem) problems.Add($"'{row.Name}': {problem}.");
        }
        Require(problems.Count == 0, string.Join(" ", problems));
    }

    /// <summary>True when the plugin has a recording, with its source, by which such an answer proves that nothing was processed.</summary>
    public static bool Proves(CaseStage s, HttpFault fault) => fault.Kind is FaultKind.Answer
        && Load(s.Target.TestDataFolder).Any(row => row.Command is "place" && row.Status == (int)fault.Status
            && row.ContentType == fault.ContentType && row.Expect.Outcome is "notSent" && row.Source.Length > 0);

    public static IReadOnlyList<Recording> Load(string folder)
    {
        if (!Directory.Exists(folder)) return [];
        List<Recording> rows = [];
        foreach (var file in Directory.EnumerateFiles(folder, "outcomes*.json").Order(StringComparer.Ordinal))
        {
            try
            {
                rows.AddRange(JsonSerializer.Deserialize(File.ReadAllText(file), RecordingJson.Default.ListRecording) ?? []);
            }
            catch (JsonException e)
            {
                throw new CaseFailedException($"{Path.GetFileName(file)}: {e.Message}");
            }
        }
        foreach (var row in rows)
        {
            Require(Commands.Contains(row.Command), $"'{row.Name}': the command is place, cancel or close, not {row.Command}.");
            Require(Outcomes.Contains(row.Expect.Outcome),
                $"'{row.Name}': the outcome is accepted, rejected, notSent or unknown, not {row.Expect.Outcome}.");
        }
        return rows;
    }

    private static async Task<OrderOutcome> AnswerAsync(CaseStage s, Recording row)
    {
        var session = await s.OpenAsync();
        try
        {
            return row.Command switch
            {
                "place" => await PlaceAsync(s, session, row),
                "cancel" => await CancelAsync(s, session, row),
                _ => await CloseAsync(s, session, row),
            };
        }
        finally
        {
            s.Http.Disarm();
        }
    }

    private static async Task<OrderOutcome> PlaceAsync(CaseStage s, IBrokerConnector session, Recording row)
    {
        var order = await s.MarketAsync(session);
        _ = s.Http.Arm(row.Fault);
        return await s.PlaceAsync(session, order);
    }

    private static async Task<OrderOutcome> CancelAsync(CaseStage s, IBrokerConnector session, Recording row)
    {
        var order = await s.AwayAsync(session);
        var accepted = await s.AcceptedAsync(session, order);
        _ = s.Http.Arm(row.Fault);
        return await OutcomeAsync(() => session.CancelAsync(s.Key(order, accepted.BrokerOrderId), s.Ct));
    }

    private static async Task<OrderOutcome> CloseAsync(CaseStage s, IBrokerConnector session, Recording row)
    {
        var (position, order, _) = await s.PositionAsync(session);
        _ = s.Http.Arm(row.Fault);
        return await OutcomeAsync(() => session.ClosePositionAsync(s.Closing(position, order.Instrument), s.Ct));
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    UseStringEnumConverter = true, ReadCommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true)]
[JsonSerializable(typeof(List<Recording>))]
internal sealed partial class RecordingJson : JsonSerializerContext;
