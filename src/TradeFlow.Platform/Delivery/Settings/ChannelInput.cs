using System.Globalization;
using System.Text.Json.Serialization;
using TradeFlow.Platform.Delivery.Channels;
using TradeFlow.Platform.Delivery.Events;

namespace TradeFlow.Platform.Delivery.Settings;

/// <summary>A channel as it is sent.</summary>
/// <param name="Id">Of a channel that is there; missing, it is a new one.</param>
/// <param name="Target">An e-mail address, a Telegram chat, or the address of a webhook.</param>
/// <param name="QuietFrom">Such as 22:00. With <c>quiet_to</c>, or both null.</param>
/// <param name="Secret">Of an answer that is sent back: it is not looked at.</param>
internal sealed record ChannelInput(
    Guid? Id, string? Kind, string? Target, bool? Enabled, string[]? Events, string? QuietFrom, string? QuietTo, string? TimeZone,
    string? Secret);

/// <summary>A channel as it is shown.</summary>
/// <param name="Secret">What a webhook's messages are signed with: in the answer that made the channel, and in no other.</param>
internal sealed record ChannelView(
    Guid Id, string Kind, string Target, bool Enabled, IReadOnlyList<string> Events, string? QuietFrom, string? QuietTo, string TimeZone,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Secret)
{
    public static ChannelView Of(StoredChannel channel, bool isNew) => new(
        channel.Id, channel.Kind, channel.Target, channel.Enabled, channel.Events, Text(channel.QuietFrom), Text(channel.QuietTo),
        channel.TimeZone,
        isNew ? channel.Secret : null);

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
        if (kind is null || !byKind.TryGetValue(kind, out var way)) errors[$"{path}.kind"] = [$"Use one of: {List(byKind.Keys)}."];
        else if (before is not null && before.Kind != kind) errors[$"{path}.kind"] = ["A channel keeps its kind: add another one."];
        else if ((sent.Target ?? before?.Target)?.Trim() is not { Length: > 0 } target) errors[$"{path}.target"] = ["Enter where the messages go."];
        else if (target != before?.Target && await way.ProblemAsync(target, ct) is { } problem) errors[$"{path}.target"] = [problem];

        var events = sent.Events ?? before?.Events.ToArray() ?? [.. ChannelEvent.All.Select(one => one.Name)];
        if (Array.FindIndex(events, name => name is null || !ChannelEvent.Exists(name)) is >= 0 and var odd)
            errors[$"{path}.events"] = [$"{events[odd] ?? "null"} is no event. Use: {List(ChannelEvent.All.Select(one => one.Name))}."];

        var from = Time(sent.QuietFrom, $"{path}.quiet_from", errors);
        var to = Time(sent.QuietTo, $"{path}.quiet_to", errors);
        if (sent.QuietFrom is null != sent.QuietTo is null)
            errors[$"{path}.{(sent.QuietFrom is null ? "quiet_from" : "quiet_to")}"] = ["Quiet hours have a beginning and an end: set both or none."];
        var zone = sent.TimeZone ?? before?.TimeZone ?? "UTC";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) || !found.HasIanaId)
            errors[$"{path}.time_zone"] = ["Use an IANA time zone, such as America/New_York."];

        return errors.Count > known ? null : new ChannelDraft(
            kind!, (sent.Target ?? before?.Target)!.Trim(), sent.Enabled ?? before?.Enabled ?? true,
            [.. events.Distinct(StringComparer.Ordinal)], from, to, zone); // checked above
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
