using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>Reads the JSON of a message field by field. What is no JSON is named with its mend.</summary>
internal static class JsonText
{
    public const int MaxDepth = 16;

    /// <summary>
    /// The members of the object by name, and those of the named objects in it by path (<c>stopLoss.percent</c>). Keys that the body names
    /// are noted.
    /// </summary>
    /// <returns><c>null</c> when the fault is told.</returns>
    public static SentFields? Read(ReadOnlySpan<byte> body, AlertReading alert, params string[] objects)
    {
        var fields = new SentFields(alert);
        if (!Utf8.IsValid(body))
        {
            alert.Fault(MalformedJson.Field, MalformedJson.NotUtf8(body));
            return null;
        }
        try
        {
            var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = MaxDepth });
            json.Read();
            ReadObject(ref json, fields, "", objects);
            // Anything behind the object is a fault that the next read throws.
            json.Read();
            return fields;
        }
        catch (JsonException fault)
        {
            alert.Fault(MalformedJson.Field, MalformedJson.Describe(body, fault));
            return null;
        }
    }

    private static void ReadObject(ref Utf8JsonReader json, SentFields fields, string path, string[] objects)
    {
        while (json.Read() && json.TokenType != JsonTokenType.EndObject)
        {
            var name = Values.Raw(ref json);
            json.Read();
            if (name is null)
            {
                json.Skip();
                continue;
            }
            var isNested = path.Length == 0 && json.TokenType == JsonTokenType.StartObject
                && objects.Contains(name, StringComparer.OrdinalIgnoreCase);
            if (isNested)
            {
                fields.Add(name, "", SentKind.Whole);
                ReadObject(ref json, fields, name + ".", []);
                continue;
            }
            switch (json.TokenType)
            {
                case JsonTokenType.Null:
                    break;
                case JsonTokenType.String:
                    fields.Add(path + name, Values.Raw(ref json), SentKind.Text);
                    break;
                case JsonTokenType.Number:
                    fields.Add(path + name, json.ValueSpan.Length <= 256 ? Encoding.UTF8.GetString(json.ValueSpan) : "?", SentKind.Number);
                    break;
                default:
                    fields.Add(path + name, json.TokenType == JsonTokenType.True ? "true" : json.TokenType == JsonTokenType.False
                        ? "false" : null, SentKind.Other);
                    json.Skip();
                    break;
            }
        }
    }
}
