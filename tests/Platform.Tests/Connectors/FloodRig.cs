using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Mvc.Testing;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Agents;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tests.Alerts;
using TradeFlow.Platform.Tests.Support;

namespace TradeFlow.Platform.Tests.Connectors;

/// <summary>
/// The Api on a port of its own, with the limits that a terminal meets in use; a second replica takes reports as fast as they come.
/// </summary>
public sealed class FloodRig : WebhookRig
{
    private readonly SemaphoreSlim gate = new(1);
    private WebApplicationFactory<Program>? served;
    private WebApplicationFactory<Program>? patient;
    private Suspect? full;

    /// <summary>Somebody whose key has told of as many symbols as it could, 2,000 with each report.</summary>
    internal async Task<Suspect> NewSuspectAsync()
    {
        await gate.WaitAsync();
        try
        {
            if (full is not null) return full;
            await StartAsync();
            var person = await Person.SignUpAsync(this);
            var login = Random.Shared.NextInt64(1_000_000, 9_000_000_000).ToString();
            var answer = await person.PostAsync("/register/mtx", new { login, server = "Demo-1", platform = "MT5", mode = "demo" });
            answer.Status.ShouldBe(HttpStatusCode.Created, answer.Json.ToString());
            full = new Suspect(login, answer.Text("agent_key"), new TenantId(person.TenantId),
                new AccountId(answer.Json.GetProperty("id").GetGuid()));
            for (var first = 0; first < Suspect.Names; first += Suspect.NamesAtOnce) await ReportAsync(full, first);
            return full;
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>One report with as many names as it may have.</summary>
    internal async Task ReportAsync(Suspect suspect, int firstName)
    {
        using var http = NewClient(patient!); // NewSuspectAsync has started it
        var report = suspect.Report(firstName, Suspect.NamesAtOnce);
        await Eventually.True(async () =>
        {
            var told = await suspect.ReportAsync(http, report);
            told.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.TooManyRequests);
            return told == HttpStatusCode.OK;
        }, TimeSpan.FromSeconds(20), "the report is taken");
    }

    /// <summary>A client that speaks HTTP over a socket.</summary>
    // NewSuspectAsync has started it
    public HttpClient NewSocketClient() => new() { BaseAddress = served!.ClientOptions.BaseAddress, Timeout = TimeSpan.FromSeconds(10) };

    internal async Task<AgentReport> LatestAsync(Suspect suspect)
    {
        using var mailboxes = new AgentMailboxes(Platform.Database, Bus);
        return (await mailboxes.Of(suspect.Tenant, suspect.Account).LatestAsync(default)).ShouldNotBeNull();
    }

    private async Task StartAsync()
    {
        var manifest = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "plugins", "MetaTrader", "connector.json"));
        await AddBrokerAsync("mtx", "1.0.0", manifest);
        patient = NewFactory(new Dictionary<string, string?> { ["Agents:BeatsPerSecond"] = "1000" });
        served = NewServer(More);
    }
}

/// <summary>An account, its key, and what its terminal claims.</summary>
internal sealed record Suspect(string Login, string Key, TenantId Tenant, AccountId Account)
{
    public const int Names = 200_000;
    public const int NamesAtOnce = 2000;

    public byte[] Report(int firstName, int names)
    {
        var text = new StringBuilder($$"""{"instance":"one","login":"{{Login}}","server":"Demo-1","currency":"USD","balance":1,"equity":1,"positions":[],"symbols":[""");
        for (var name = firstName; name < firstName + names; name++)
        {
            if (name > firstName) text.Append(',');
            text.Append($$"""{"symbol":"NAME{{name}}","digits":5,"tick_size":0.00001,"tick_value":1,"contract_size":100000,"lot_min":0.01,"lot_max":100,"lot_step":0.01,"stops_level":0,"bid":1.0919,"ask":1.0921}""");
        }
        return Encoding.UTF8.GetBytes(text.Append("]}").ToString());
    }

    public async Task<HttpStatusCode> ReportAsync(HttpClient http, byte[] report, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/ea/heartbeat") { Content = new ByteArrayContent(report) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        using var answer = await http.SendAsync(request, ct);
        return answer.StatusCode;
    }
}
