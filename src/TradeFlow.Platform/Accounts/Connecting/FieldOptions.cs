using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Hosting;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Accounts.Contracts;
using TradeFlow.Platform.Connectors.Contracts;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Contracts;

namespace TradeFlow.Platform.Accounts.Connecting;

/// <summary>
/// The choices of a field that only the broker knows. They help to choose; what may be sent is decided by the form and the log-in.
/// </summary>
internal static class FieldOptions
{
    internal sealed record View(string Value, string Label);

    internal static async Task<Results<Ok<List<View>>, ProblemHttpResult>> List(
        string broker, string field, string mode, HttpRequest http, TenantContext tenant, PluginCatalogue catalogue, OptionsClient client,
        LogInGuard guard, IHostEnvironment environment, CancellationToken ct)
    {
        if (catalogue.Find(broker.ToLowerInvariant()) is not { } entry) return Problem.NotFound();
        var form = entry.Manifest.Connect.Fields;
        if (form.FirstOrDefault(candidate => candidate.Key == field)?.OptionsSource is not { } source) return Problem.NotFound();
        if (!entry.IsUsable) return Problem.Of(StatusCodes.Status503ServiceUnavailable, AccountProblems.NotAvailable,
            $"{entry.Manifest.Name} cannot be connected at the moment.");
        var modes = BrokerCatalogue.ModesOf(entry.Manifest, environment);
        if (!modes.Any(known => known.Mode == mode))
            return Problem.Invalid("mode", $"Use one of: {string.Join(", ", modes.Select(known => known.Mode))}.");

        // In the form's order, so that the same question is the same text. A secret has no place in an address, and is not passed on from
        // there.
        var typed = form.Where(other => !other.Secret && other.Key != field && http.Query.ContainsKey(other.Key))
            .ToDictionary(other => other.Key, other => Cut(http.Query[other.Key].ToString(), other.MaxLength), StringComparer.Ordinal);
        var request = new OptionsRequestBody(entry.Manifest.Slug, mode, source, typed);
        if (client.Find(request, entry.Manifest.Version) is { } known) return Shown(known);
        // Whoever asks a broker about a login may be looking for one: it counts as a log-in.
        if (entry.Manifest.Connect.LoginField is { } login && typed.ContainsKey(login))
        {
            var (attempt, tooMany) = await guard.BeginAsync(entry.Manifest, typed, http.HttpContext.Response, ct);
            if (tooMany is not null) return tooMany;
            await guard.EndAsync(attempt, ct);
        }
        var (options, why) = await client.AskAsync(tenant.Tenant, request, entry.Manifest.Version, ct);
        return options is null
            ? Problem.Of(StatusCodes.Status504GatewayTimeout, AccountProblems.Unreachable, why ?? $"{entry.Manifest.Name} did not answer.")
            : Shown(options);
    }

    private static Ok<List<View>> Shown(IReadOnlyList<FieldOption> options) => TypedResults.Ok(
        options.Select(option => new View(option.Value, option.Label is { Length: > 0 } label ? label : option.Value)).ToList());

    private static string Cut(string text, int length) => text[..Math.Min(text.Length, length)];
}
