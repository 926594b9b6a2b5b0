using System.Text.Json;

namespace TradeFlow.Platform.Alerts.Dialects.UnifyV1;

/// <summary>Goes through the members of one object.</summary>
internal struct Members(string[] names, string path)
{
    // What belongs into intent and would be lost beside it: a stop that nobody reads is worse than no signal.
    private static readonly string[] Misplaced = ["broker", "action", "side", "type", "symbol", "qty", "size", "price", "sl", "tp",
        "position", "position_size", "prev_position", "prev_position_size"];
    private int seen;

    /// <summary>
    /// Stops at the value of the next member that is known. The others are named as faults, or passed over beside the intent.
    /// </summary>
    public bool Next(ref Utf8JsonReader json, AlertReading alert, out int member)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            member = IndexOf(ref json);
            if (member < 0)
            {
                var name = Values.Raw(ref json);
                json.Read();
                json.Skip();
                Unknown(name, alert);
                continue;
            }
            var bit = 1 << member;
            var twice = (seen & bit) != 0;
            seen |= bit;
            json.Read();
            if (!twice) return true;
            alert.Fault(path + names[member], "It stands twice: leave one.");
            // A second key is read as well: two that differ belong to nobody.
            if (path.Length == 0 && names[member] == "key") return true;
            json.Skip();
        }
        member = -1;
        return false;
    }

    private readonly int IndexOf(ref Utf8JsonReader json)
    {
        // Comparing an escaped name would throw on half of a surrogate pair.
        if (json.ValueIsEscaped) return Values.Raw(ref json) is { } name ? names.IndexOf(name) : -1;
        for (var index = 0; index < names.Length; index++)
            if (json.ValueTextEquals(names[index])) return index;
        return -1;
    }

    private readonly void Unknown(string? name, AlertReading alert)
    {
        if (name is null)
        {
            alert.Fault(path.Length == 0 ? MalformedJson.Field : path[..^1], "A field name has broken characters.");
            return;
        }
        var trimmed = name.Trim();
        var meant = names.FirstOrDefault(known => known.Equals(trimmed, StringComparison.OrdinalIgnoreCase));
        if (path.Length > 0)
        {
            meant ??= names.FirstOrDefault(known => known.Length > 2 && IsNear(known, trimmed));
            alert.Fault(path + ShownName.Of(name), meant is null
                ? $"There is no such field: use {string.Join(", ", names)}." : $"There is no such field: did you mean {meant}?");
        }
        else if (meant is not null) alert.Fault(ShownName.Of(name), $"There is no such field: did you mean {meant}?");
        else if (Misplaced.Contains(trimmed, StringComparer.OrdinalIgnoreCase))
            alert.Fault(ShownName.Of(name), $"{trimmed.ToLowerInvariant()} belongs inside intent.");
    }

    // One letter changed, missing, too many, or two of them swapped.
    private static bool IsNear(string known, string name)
    {
        if (Math.Abs(known.Length - name.Length) > 2 || name.Length < 2) return false;
        var head = 0;
        while (head < known.Length && head < name.Length && Same(known[head], name[head])) head++;
        var tail = 0;
        while (tail < known.Length - head && tail < name.Length - head && Same(known[^(tail + 1)], name[^(tail + 1)])) tail++;
        return known.Length - head - tail <= 2 && name.Length - head - tail <= 2;
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
