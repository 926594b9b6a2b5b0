using System.Globalization;
using System.Text.Json;
using TradeFlow.Simulators.TradeLocker.Engine;

namespace TradeFlow.Simulators.TradeLocker.Endpoints;

/// <summary>
/// A JSON body whose numbers may come as numbers or as strings, as clients really send them. Unknown fields are left alone.
/// </summary>
internal readonly struct Body(JsonElement root)
{
    public static async Task<Body> ReadAsync(HttpRequest request)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: request.HttpContext.RequestAborted);
            return document.RootElement.ValueKind is JsonValueKind.Object ? new Body(document.RootElement.Clone())
                : throw new MalformedRequestException("body must be an object");
        }
        catch (JsonException)
        {
            throw new MalformedRequestException("body is not JSON");
        }
    }

    public bool Has(string name) => root.TryGetProperty(name, out _);

    public string? Text(string name) => root.TryGetProperty(name, out var value)
        ? value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            JsonValueKind.Null => null,
            _ => throw new MalformedRequestException($"{{{name}=[has an invalid format]}}"),
        }
        : null;

    public string Required(string name) =>
        Text(name) is { Length: > 0 } text ? text : throw new MalformedRequestException($"{{{name}=[must not be null]}}");

    public decimal? Number(string name)
    {
        if (Text(name) is not { Length: > 0 } text) return null;
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number
            : throw new MalformedRequestException($"{{{name}=[has an invalid format]}}");
    }

    // Zero means "none" in the price fields of an order.
    public decimal? NumberOrNone(string name) => Number(name) is { } number and not 0 ? number : null;

    public Change Change(string name) => new(Has(name), Has(name) ? Number(name) : null);
}

/// <summary>The request cannot be read: HTTP 400.</summary>
internal sealed class MalformedRequestException(string message) : Exception(message);
