using System.Text;
using System.Text.Json;

namespace TradeFlow.Platform.Alerts.Dialects;

/// <summary>What a body is by a quick look: JSON with these names, or a text.</summary>
internal readonly ref struct AlertShape
{
    private const int MostNames = 256;
    private readonly HashSet<string> names;

    public AlertShape(ReadOnlySpan<byte> body)
    {
        Body = body;
        IsObject = body is [(byte)'{', ..];
        names = IsObject ? NamesOf(body) : [];
        Text = IsObject || body.Length > LongestText ? "" : Encoding.UTF8.GetString(body);
    }

    // No tool that writes text needs more for one signal.
    private const int LongestText = 4096;

    /// <summary>Without a byte order mark and outer white space.</summary>
    public ReadOnlySpan<byte> Body { get; }

    public bool IsObject { get; }

    /// <summary>A short body that is no JSON object; else empty.</summary>
    public string Text { get; }

    /// <param name="name">A member of the object, or of an object in it (<c>strategy.market_position</c>), as far as the JSON is whole.
    /// Case does not matter.</param>
    public bool Has(string name) => names.Contains(name);

    private static HashSet<string> NamesOf(ReadOnlySpan<byte> body)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var json = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = JsonText.MaxDepth });
        var outer = "";
        try
        {
            while (names.Count < MostNames && json.Read())
            {
                if (json.TokenType != JsonTokenType.PropertyName || json.CurrentDepth > 2) continue;
                if (Values.Raw(ref json) is not { } name) continue;
                if (json.CurrentDepth == 1) outer = name;
                names.Add(json.CurrentDepth == 1 ? name : $"{outer}.{name}");
            }
        }
        catch (JsonException)
        {
            // The names before the fault tell whose message it is; who reads it names the fault.
        }
        return names;
    }
}
