using System.Text.Json;
using System.Text.Unicode;

namespace TradeFlow.Platform.Alerts.Dialects.UnifyV1;

/// <summary>The platform's own JSON (contract.md, The webhook).</summary>
internal sealed class UnifyV1Dialect : IAlertDialect
{
    public const string Version = "unify.v1";

    public string Name => Version;

    public bool IsFallback => true;

    // Beside its own names a message may carry what it likes, also the fields of another tool.
    public bool Recognises(AlertShape shape) => shape.Has("intent") || shape.Has("version");

    public AlertReading Read(ReadOnlySpan<byte> body)
    {
        var alert = new AlertReading();
        if (body.IsEmpty)
        {
            alert.Fault(MalformedJson.Field, "The message is empty: paste the JSON of the template into it.");
            return alert;
        }
        if (!Utf8.IsValid(body))
        {
            alert.Fault(MalformedJson.Field, MalformedJson.NotUtf8(body));
            return alert;
        }
        try
        {
            var reader = new UnifyV1Reader(body, alert);
            reader.Read();
        }
        catch (JsonException fault)
        {
            // What was read before the fault is not worth telling: the mend of the JSON comes first. The keys stay.
            var broken = new AlertReading();
            broken.Keys.AddRange(alert.Keys);
            broken.Fault(MalformedJson.Field, MalformedJson.Describe(body, fault));
            return broken;
        }
        return alert;
    }
}
