using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using TradeFlow.Platform.Delivery.Channels;
using TradeFlow.Platform.Delivery.Channels.Webhook;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Tenancy.Audit;

namespace TradeFlow.Platform.Delivery.Settings;

/// <summary>Where a person wants to be told, and of what: each member has channels of their own in each tenant.</summary>
internal static class NotificationSettings
{
    private const int MostChannels = 20;

    internal sealed record View(IReadOnlyList<ChannelView> Channels);

    /// <param name="Channels">All of them: one that is left out is removed.</param>
    internal sealed record Request(ChannelInput[]? Channels);

    internal static async Task<Ok<View>> Get(
        TenantContext tenant, TenantDb db, ChannelStore store, ChannelReading reading, HttpContext http, CancellationToken ct)
    {
        http.Response.Headers.CacheControl = "no-store";
        var channels = await db.RunSqlAsync(connection => store.ListAsync(tenant.User, forUpdate: false, connection, ct), ct);
        return TypedResults.Ok(
            new View([.. channels.Select(channel => ChannelView.Of(channel, reading.KindOf(channel.Kind), isNew: false))]));
    }

    internal static async Task<Results<Ok<View>, ProblemHttpResult>> Put(
        Request request, TenantContext tenant, TenantDb db, ChannelStore store, ChannelReading reading, AuditLog audit, TimeProvider clock,
        HttpContext http, CancellationToken ct)
    {
        if (request.Channels is not { } sent || Array.Exists(sent, channel => channel is null))
            return Problem.Invalid("channels", "Send a list of channels.");
        if (sent.Length > MostChannels) return Problem.Invalid("channels", $"Use at most {MostChannels} channels.");
        if (sent.Select(channel => channel.Id).OfType<Guid>().CountBy(id => id).Any(count => count.Value > 1))
            return Problem.Invalid("channels", "A channel stands in the list twice.");

        // Names are resolved outside of the transaction.
        var known = (await db.RunSqlAsync(connection => store.ListAsync(tenant.User, forUpdate: false, connection, ct),
            ct)).ToDictionary(channel => channel.Id);
        Dictionary<string, string[]> errors = [];
        List<(Guid? Id, ChannelDraft Draft)> drafts = [];
        foreach (var (index, channel) in sent.Index())
        {
            StoredChannel? before = null;
            if (channel.Id is { } id && !known.TryGetValue(id, out before)) return Problem.NotFound();
            if (await reading.ReadAsync(channel, before, $"channels[{index}]", errors, ct) is { } draft) drafts.Add((before?.Id, draft));
        }
        if (errors.Count > 0) return Problem.Invalid(errors);

        var stored = await db.RunSqlAsync(connection => ReplaceAsync(drafts, tenant, store, reading, audit, clock, connection, ct), ct);
        http.Response.Headers.CacheControl = "no-store";
        return stored is null ? Problem.NotFound() : TypedResults.Ok(new View(stored));
    }

    private static async Task<List<ChannelView>?> ReplaceAsync(
        List<(Guid? Id, ChannelDraft Draft)> drafts, TenantContext tenant, ChannelStore store, ChannelReading reading, AuditLog audit,
        TimeProvider clock,
        NpgsqlConnection connection, CancellationToken ct)
    {
        var there = (await store.ListAsync(tenant.User, forUpdate: true, connection, ct)).ToDictionary(channel => channel.Id);
        if (drafts.Any(entry => entry.Id is { } id && !there.ContainsKey(id))) return null;
        await ChannelStore.RemoveAsync([.. there.Keys.Except(drafts.Select(entry => entry.Id).OfType<Guid>())], connection, ct);
        List<ChannelView> views = [];
        foreach (var (id, draft) in drafts)
        {
            var channel = new StoredChannel
            {
                Id = id ?? NewId.At(clock),
                Tenant = tenant.Tenant,
                User = tenant.User,
                Kind = draft.Kind,
                Target = draft.Target,
                Secret = id is { } old ? there[old].Secret : reading.KindOf(draft.Kind).IsSigned ? StandardWebhook.MakeSecret() : null,
                Enabled = draft.Enabled,
                Events = draft.Events,
                QuietFrom = draft.QuietFrom,
                QuietTo = draft.QuietTo,
                TimeZone = draft.TimeZone,
            };
            await store.SaveAsync(channel, connection, ct);
            views.Add(ChannelView.Of(channel, reading.KindOf(channel.Kind), isNew: id is null));
        }
        await store.WatchAsync(connection, ct);
        await audit.WriteAsync(tenant.Tenant, tenant.User, "user.notification_channels_changed", tenant.User.ToString(),
            $$"""{"channels":{{views.Count}}}""", connection, ct);
        return views;
    }
}
