using System.Text.Json;
using System.Text.Json.Serialization;

namespace TradeFlow.Platform.Kernel;

/// <summary>
/// Decimals on the wire without the trailing zeros that a column's scale brings: <c>1.5</c>, not <c>1.50000000</c>. Never through a double.
/// </summary>
public sealed class PlainDecimals : JsonConverter<decimal>
{
    public override decimal Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDecimal();

    public override void Write(Utf8JsonWriter writer, decimal value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(Plain(value));

    /// <summary>The same value at its smallest scale.</summary>
    public static decimal Plain(decimal value) => value / 1.0000000000000000000000000000m;
}
