using System.Reflection;
using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel.Forms;

namespace TradeFlow.Platform.Risk.Rules.Own;

/// <summary>
/// The form of a rule's own settings, as <c>settings.json</c> beside the rule describes it: the screens draw it, and what is saved is
/// checked by it.
/// </summary>
internal sealed record OwnForm
{
    public required string Title { get; init; }

    /// <summary>What the rule does, in a sentence or two.</summary>
    public required string About { get; init; }
    public required IReadOnlyList<FormField> Fields { get; init; }

    /// <returns><c>null</c> for a rule without settings of its own.</returns>
    public static OwnForm? Of(IRule rule)
    {
        var type = rule.GetType();
        using var file = type.Assembly.GetManifestResourceStream($"{type.Namespace}.settings.json");
        return file is null ? null : JsonSerializer.Deserialize(file, RulesJson.Default.OwnForm);
    }

    /// <summary>
    /// Reads what a person saves over what is saved. A member that is left out stays as it is; <c>null</c> takes it back to its default.
    /// </summary>
    public (Dictionary<string, string> Values, IReadOnlyDictionary<string, string[]> Errors) Read(
        JsonElement body, IReadOnlyDictionary<string, string> before)
    {
        var form = new FormValues();
        if (body.ValueKind != JsonValueKind.Object) form.Fault("body", "Send a JSON object.");
        else
        {
            form.Read(body.EnumerateObject(), key => Fields.Any(field => field.Key == key));
            var named = body.EnumerateObject().Select(property => property.Name).ToHashSet(StringComparer.Ordinal);
            form.Keep(before.Where(saved => !named.Contains(saved.Key)));
            form.Check(Fields, null);
        }
        return (form.Of(Fields), form.Errors);
    }

    /// <summary>What holds when this is saved.</summary>
    public OwnSettings Of(IReadOnlyDictionary<string, string> saved)
    {
        var form = new FormValues();
        form.Keep(saved.Where(value => Fields.Any(field => field.Key == value.Key)));
        form.Check(Fields, null);
        return new OwnSettings(form.Of(Fields));
    }
}
