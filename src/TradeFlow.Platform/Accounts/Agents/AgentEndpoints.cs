using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Npgsql;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Keys;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Accounts.Agents;

/// <summary>The set-up page of an account that a terminal reports for. Its words and files come with the plugin.</summary>
internal static class AgentEndpoints
{
    /// <param name="Online">The terminal reports.</param>
    /// <param name="LastBeat">Its newest report; <c>null</c> before the first.</param>
    /// <param name="Standby">A second terminal reports as well, and is handed nothing.</param>
    /// <param name="Refused">What a terminal that is logged in to another account named, when the newest attempt was such a one.</param>
    /// <param name="AgentKey">The key that the terminal reports with, masked; <c>null</c> when there is none yet: showing it makes
    /// one.</param>
    /// <param name="Url">The address that the terminal must be allowed to call.</param>
    internal sealed record SetupView(
        Guid AccountId, string Broker, string Name, string Login, string Server, string Status, string? Platform, string? AgentVersion,
        bool Online, DateTimeOffset? LastBeat, bool Standby, string? Refused, string? AgentKey, string Url, string? Notice,
        IReadOnlyList<FileView> Downloads, IReadOnlyList<string> Steps);

    /// <param name="Href">Where it is downloaded.</param>
    internal sealed record FileView(string Label, string Name, string Href);

    private static readonly TimeSpan StandbyShown = TimeSpan.FromSeconds(15);

    internal static async Task<Results<Ok<SetupView>, ProblemHttpResult>> Get(
        Guid id, HttpContext http, TenantDb db, PluginCatalogue catalogue, PublicAddress address, CancellationToken ct)
    {
        var account = new AccountId(id);
        var (known, agent, key) = await db.RunAsync<(Account?, AgentState?, string?)>(async set =>
        {
            var row = await set.Set<Account>().AsNoTracking().FirstOrDefaultAsync(row => row.Id == account && row.DeletedAt == null, ct);
            if (row is null) return (row, null, null);
            var masked = await set.Set<ApiKey>().Where(key => key.AccountId == account && key.Scope == KeyScope.Agent.Name)
                .Select(key => key.Masked).FirstOrDefaultAsync(ct);
            return (row, await AgentPairing.FindAsync((NpgsqlConnection)set.Database.GetDbConnection(), account, ct), masked);
        }, ct);
        if (known is null || agent is null || catalogue.Find(known.Broker) is not { Manifest.Agent: { } setup } entry)
            return Problem.NotFound();
        var url = address.OriginFor(http);
        return TypedResults.Ok(new SetupView(
            id, known.Broker, known.Name, agent.Login, agent.Server, known.Status, agent.Platform, agent.AgentVersion, agent.Online,
            agent.LastBeat, agent.StandbyAt is { } standby && agent.Now - standby < StandbyShown, agent.Refused, key, url, setup.Notice,
            [.. setup.Downloads.Select(download => new FileView(download.Label, NameOf(download),
                $"/api/brokers/{entry.Slug}/downloads/{Uri.EscapeDataString(NameOf(download))}"))],
            [.. setup.Steps.Select(step => step.Replace("{url}", url, StringComparison.Ordinal))]));
    }

    /// <summary>One of the files that the manifest names, from the plugin's own folder. No other file is ever opened.</summary>
    internal static Results<PhysicalFileHttpResult, ProblemHttpResult> Download(string broker, string file, PluginCatalogue catalogue)
    {
        if (catalogue.Find(broker) is not { Manifest.Agent: { } setup } entry
            || setup.Downloads.FirstOrDefault(candidate => NameOf(candidate) == file) is not { } download)
            return Problem.NotFound();
        var root = Path.GetFullPath(entry.Folder) + Path.DirectorySeparatorChar;
        var path = Path.GetFullPath(Path.Combine(root, download.File));
        return path.StartsWith(root, StringComparison.Ordinal) && File.Exists(path)
            && File.ResolveLinkTarget(path, returnFinalTarget: true) is null
            ? TypedResults.PhysicalFile(path, "application/octet-stream", NameOf(download))
            : Problem.NotFound();
    }

    private static string NameOf(AgentDownload download) => download.File[(download.File.LastIndexOf('/') + 1)..];
}
