using System.Text.Json;

namespace TradeFlow.Plugins.TradeLocker.Http;

/// <summary>The body of a PATCH, in which "absent" and "null" differ: absent leaves a field as it is, null takes it away.</summary>
internal sealed class Change
{
    private readonly List<(string Name, decimal? Number, string? Text)> fields = [];

    public bool IsEmpty => fields.Count == 0;

    public Change Set(string name, decimal? value)
    {
        if (value is not null) fields.Add((name, value, null));
        return this;
    }

    /// <summary>A price that zero takes away.</summary>
    public Change SetOrRemove(string name, decimal? value, string? typeName = null)
    {
        if (value is null) return this;
        fields.Add((name, value == 0 ? null : value, null));
        if (typeName is not null && value != 0) fields.Add((typeName, null, "absolute"));
        return this;
    }

    public byte[] ToJson()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, number, text) in fields)
            {
                if (number is { } value) writer.WriteNumber(name, value);
                else if (text is not null) writer.WriteString(name, text);
                else writer.WriteNull(name);
            }
            writer.WriteEndObject();
        }
        return buffer.ToArray();
    }
}
