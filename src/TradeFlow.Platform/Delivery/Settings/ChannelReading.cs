using System.Globalization;
using TradeFlow.Platform.Delivery.Channels;
using TradeFlow.Platform.Delivery.Events;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Delivery.Settings;

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
        else target = await way.ReadAsync(sent, before?.Target, path, errors, ct);

        var events = sent.Events ?? before?.Events.ToArray() ?? [.. ChannelEvent.All.Select(one => one.Name)];
        if (Array.FindIndex(events, name => name is null || !ChannelEvent.Exists(name)) is >= 0 and var odd)
            errors[$"{path}.events"] = [$"{events[odd] ?? "null"} is no event. Use: {List(ChannelEvent.All.Select(one => one.Name))}."];

        var from = Time(sent.QuietFrom, $"{path}.quiet_from", errors);
        var to = Time(sent.QuietTo, $"{path}.quiet_to", errors);
        if (sent.QuietFrom is null != sent.QuietTo is null)
            errors[$"{path}.{(sent.QuietFrom is null ? "quiet_from" : "quiet_to")}"] =
                ["Quiet hours have a beginning and an end: set both or none."];
        var zone = sent.TimeZone ?? before?.TimeZone ?? "UTC";
        if (!IanaZone.IsName(zone)) errors[$"{path}.time_zone"] = [IanaZone.Words];

        return errors.Count > known ? null : new ChannelDraft(
            kind!, target!, sent.Enabled ?? before?.Enabled ?? true,
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
