using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace TradeFlow.FakeExpertAdvisor;

/// <summary>What an agent keeps on disk: it is there again after a restart of the terminal.</summary>
public sealed class AgentDisk
{
    public Dictionary<string, FakeResult?> Seen { get; } = new(StringComparer.Ordinal);
}

/// <summary>What goes wrong.</summary>
public sealed class AgentFaults
{
    /// <summary>The next report reaches the server, and its answer does not reach the terminal.</summary>
    public bool LoseNextAnswer { get; set; }

    /// <summary>The terminal dies after the next command was executed, before its result was noted.</summary>
    public bool DieAfterNextCommand { get; set; }

    /// <summary>Results are reported again and again.</summary>
    public bool RepeatResults { get; set; }

    /// <summary>The agent looks nothing up before it executes a command that it does not remember.</summary>
    public bool Forgetful { get; set; }

    public bool TrailingNul { get; set; }
    public bool QuotedNumbers { get; set; }
}

/// <summary>The terminal has died.</summary>
public sealed class AgentDiedException : Exception
{
    public AgentDiedException() : base("The terminal died.") { }

    public AgentDiedException(string message) : base(message) { }

    public AgentDiedException(string message, Exception inner) : base(message, inner) { }
}

/// <summary>An Expert Advisor that speaks the heartbeat protocol as the ones in plugins/MetaTrader/ea do.</summary>
public sealed class ExpertAdvisor(HttpClient http, string key, Terminal terminal, string instance, AgentDisk? disk = null)
{
    private readonly AgentDisk disk = disk ?? new AgentDisk();
    private readonly Dictionary<string, FakeResult> unreported = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FakeResult> reported = new(StringComparer.Ordinal);

    public AgentFaults Faults { get; } = new();
    public Terminal Terminal => terminal;
    public string Instance => instance;

    /// <summary>What came with the last answer.</summary>
    public IReadOnlyList<FakeCommand> LastCommands { get; private set; } = [];
    public string LastAnswer { get; private set; } = "";

    /// <summary>Reports, executes what comes along, and reports again at once while there is something to tell.</summary>
    public async Task<HttpStatusCode> BeatAsync(CancellationToken ct = default)
    {
        while (true)
        {
            var status = await ReportAsync(ct);
            if (status != HttpStatusCode.OK || unreported.Count == 0) return status;
        }
    }

    /// <summary>Reports until cancelled.</summary>
    public async Task RunAsync(TimeSpan every, CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await BeatAsync(ct);
                await Task.Delay(every, ct);
            }
            catch (HttpRequestException)
            {
                await Task.Delay(every, ct);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<HttpStatusCode> ReportAsync(CancellationToken ct)
    {
        List<FakeResult> results = [.. unreported.Values];
        if (Faults.RepeatResults) results.AddRange(reported.Values);
        var body = Encoding.UTF8.GetBytes(MqlJson.Heartbeat(terminal, instance, TimeProvider.System.GetUtcNow().UtcDateTime, results,
            Faults.QuotedNumbers) + (Faults.TrailingNul ? "\0" : ""));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/ea/heartbeat") { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var response = await http.SendAsync(request, ct);
        LastAnswer = await response.Content.ReadAsStringAsync(ct);
        if (Faults.LoseNextAnswer)
        {
            Faults.LoseNextAnswer = false;
            return HttpStatusCode.RequestTimeout;
        }
        if (response.StatusCode != HttpStatusCode.OK) return response.StatusCode;
        foreach (var result in results)
        {
            unreported.Remove(result.Id);
            reported[result.Id] = result;
        }
        LastCommands = MqlJson.Commands(LastAnswer);
        var now = MqlJson.ServerTime(LastAnswer);
        foreach (var command in LastCommands) Run(command, now);
        return HttpStatusCode.OK;
    }

    private void Run(FakeCommand command, DateTime now)
    {
        if (disk.Seen.TryGetValue(command.Id, out var known) && !Faults.Forgetful)
        {
            // Begun and never noted: whatever is to be seen of it tells.
            unreported[command.Id] = known ?? Recover(command);
            disk.Seen[command.Id] = unreported[command.Id];
            return;
        }
        if (command.Expires <= now)
        {
            unreported[command.Id] = disk.Seen[command.Id] = FakeResult.Rejected(command.Id, 0, "Expired before it was run");
            return;
        }
        disk.Seen[command.Id] = null;
        var result = terminal.Execute(command);
        if (Faults.DieAfterNextCommand)
        {
            Faults.DieAfterNextCommand = false;
            throw new AgentDiedException();
        }
        unreported[command.Id] = disk.Seen[command.Id] = result;
    }

    private FakeResult Recover(FakeCommand command)
    {
        if (command.Verb == "open" && terminal.Positions.Find(position => position.Magic == command.Magic) is { } position)
            return new FakeResult(command.Id, "done", 0, position.Ticket, position.OpenPrice, position.Lots, "Found after a restart");
        if (command.Verb == "open" && terminal.Orders.Find(order => order.Magic == command.Magic) is { } order)
            return new FakeResult(command.Id, "done", 0, order.Ticket, 0, 0, "Found after a restart");
        return new FakeResult(command.Id, "unknown", 0, "", 0, 0, "Begun before a restart");
    }
}
