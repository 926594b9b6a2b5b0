using System.Globalization;
using System.Text.Json.Serialization;
using TradeFlow.Platform.Delivery.Channels;
using TradeFlow.Platform.Delivery.Channels.Push;
using TradeFlow.Platform.Delivery.Events;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Delivery.Settings;

/// <summary>A channel as it is sent.</summary>
/// <param name="Id">Of a channel that is there; missing, it is a new one.</param>
/// <param name="Target">An e-mail address, a Telegram chat, the address of a webhook, or what a browser is called.</param>
/// <param name="QuietFrom">Such as 22:00. With <c>quiet_to</c>, or both null.</param>
/// <param name="Secret">Of an answer that is sent back: it is not looked at.</param>
/// <param name="SubscriptionId">The same.</param>
/// <param name="Subscription">Of a new channel of kind <c>push</c>: what the browser's push manager says.</param>
internal sealed record ChannelInput(
    Guid? Id, string? Kind, string? Target, bool? Enabled, string[]? Events, string? QuietFrom, string? QuietTo, string? TimeZone,
    string? Secret, string? SubscriptionId, BrowserSubscription? Subscription);

/// <summary>A channel as it is shown.</summary>
/// <param name="Secret">What a webhook's messages are signed with: in the answer that made the channel, and in no other.</param>
/// <param name="SubscriptionId">Of kind <c>push</c>: SHA-256 of the subscription's endpoint in hex, by which a browser knows its own channel.</param>
internal sealed record ChannelView(
    Guid Id, string Kind, string Target, bool Enabled, IReadOnlyList<string> Events, string? QuietFrom, string? QuietTo, string TimeZone,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? SubscriptionId)
{
    public static ChannelView Of(StoredChannel channel, bool isNew)
    {
        var browser = channel.Kind == PushChannel.Name ? PushTarget.Read(channel.Target) : null;
        return new ChannelView(
            channel.Id, channel.Kind, browser?.Name ?? channel.Target, channel.Enabled, channel.Events, Text(channel.QuietFrom),
            Text(channel.QuietTo), channel.TimeZone, isNew ? channel.Secret : null, browser?.SubscriptionId);
    }

    private static string? Text(TimeOnly? time) => time?.ToString("HH:mm", CultureInfo.InvariantCulture);
}

/// <summary>Reads channels as they are sent, and names every fault by its path.</summary>
internal sealed class ChannelReading(IEnumerable<IChannelKind> kinds)
{
    private const string TimeRule = "Use a time from 00:00 to 23:59, such as 22:00.";
    private readonly Dictionary<string, IChannelKind> byKind = kinds.ToDictionary(one => one.Kind, StringComparer.Ordinal);

    public IChannelKind KindOf(string kind) => byKind[kind];

    /// <param name="before">The channel that it changes.</param>
    /// <param name="path">Of the channel in the body.</param>
    /// <returns><c>null</c> when something is wrong with it.</returns>
    public async Task<ChannelDraft?> ReadAsync(
        ChannelInput sent, StoredChannel? before, string path, Dictionary<string, string[]> errors, CancellationToken ct)
    {
        var known = errors.Count;
        var kind = sent.Kind ?? before?.Kind;
        string? target = null;
        if (kind is null || !byKind.TryGetValue(kind, out var way)) errors[$"{path}.kind"] = [$"Use one of: {List(byKind.Keys)}."];
        else if (before is not null && before.Kind != kind) errors[$"{path}.kind"] = ["A channel keeps its kind: add another one."];
        else if (way is PushChannel push) target = await BrowserAsync(push, sent, before, path, errors, ct);
        else target = await TargetAsync(way, sent.Target, before?.Target, path, errors, ct);

        var events = sent.Events ?? before?.Events.ToArray() ?? [.. ChannelEvent.All.Select(one => one.Name)];
        if (Array.FindIndex(events, name => name is null || !ChannelEvent.Exists(name)) is >= 0 and var odd)
            errors[$"{path}.events"] = [$"{events[odd] ?? "null"} is no event. Use: {List(ChannelEvent.All.Select(one => one.Name))}."];

        var from = Time(sent.QuietFrom, $"{path}.quiet_from", errors);
        var to = Time(sent.QuietTo, $"{path}.quiet_to", errors);
        if (sent.QuietFrom is null != sent.QuietTo is null)
            errors[$"{path}.{(sent.QuietFrom is null ? "quiet_from" : "quiet_to")}"] = ["Quiet hours have a beginning and an end: set both or none."];
        var zone = sent.TimeZone ?? before?.TimeZone ?? "UTC";
        if (!IanaZone.IsName(zone)) errors[$"{path}.time_zone"] = [IanaZone.Words];

        return errors.Count > known ? null : new ChannelDraft(
            kind!, target!, sent.Enabled ?? before?.Enabled ?? true,
            [.. events.Distinct(StringComparer.Ordinal)], from, to, zone); // checked above
    }

    private static async Task<string?> TargetAsync(
        IChannelKind way, string? sent, string? before, string path, Dictionary<string, string[]> errors, CancellationToken ct)
    {
        if ((sent ?? before)?.Trim() is not { Length: > 0 } target) errors[$"{path}.target"] = ["Enter where the messages go."];
        else if (target != before && await way.ProblemAsync(target, ct) is { } problem) errors[$"{path}.target"] = [problem];
        else return target;
        return null;
    }

    // The name of the browser may change, the subscription may not: a message of the old one that fails would end the new one.
    private static async Task<string?> BrowserAsync(
        PushChannel push, ChannelInput sent, StoredChannel? before, string path, Dictionary<string, string[]> errors, CancellationToken ct)
    {
        var old = before is null ? null : PushTarget.Read(before.Target);
        var name = await TargetAsync(push, sent.Target, old?.Name, path, errors, ct);
        path = $"{path}.subscription";
        if (old is not null && sent.Subscription is not null) errors[path] = ["A channel keeps its subscription: add another one."];
        else if (old is not null) return name is null ? null : (old with { Name = name }).ToJson();
        else if (sent.Subscription is not { } browser) errors[path] = ["Send the subscription of the browser."];
        else if (await push.CheckAsync(browser, path, errors, ct) && name is not null)
            return new PushTarget(name, browser.Endpoint!, browser.Keys!.P256dh!, browser.Keys.Auth!).ToJson(); // CheckAsync saw them
        return null;
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names);

    private static TimeOnly? Time(string? text, string path, Dictionary<string, string[]> errors)
    {
        if (text is null) return null;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return time;
        errors[path] = [TimeRule];
        return null;
    }
}

/// <summary>A channel that may be stored.</summary>
internal sealed record ChannelDraft(
    string Kind, string Target, bool Enabled, string[] Events, TimeOnly? QuietFrom, TimeOnly? QuietTo, string TimeZone);
