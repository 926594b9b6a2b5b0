using System.Globalization;
using System.Text;

namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>Parameters as Stripe reads them: pairs in their order, <c>a[b]=c</c> for what is nested, brackets as they are, values escaped.</summary>
internal sealed class StripeForm
{
    private readonly List<KeyValuePair<string, string>> pairs = [];

    public StripeForm Add(string name, string? value)
    {
        if (value is not null) pairs.Add(new KeyValuePair<string, string>(name, value));
        return this;
    }

    public StripeForm Add(string name, DateTimeOffset? value) => Add(name, value?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    public StripeForm Add(string name, int value) => Add(name, value.ToString(CultureInfo.InvariantCulture));

    public StripeForm Add(string name, bool value) => Add(name, value ? "true" : "false");

    public StripeForm AddList(string name, IEnumerable<string> values)
    {
        foreach (var (index, value) in values.Index()) Add($"{name}[{index}]", value);
        return this;
    }

    public StripeForm AddMap(string name, IEnumerable<(string Key, string Value)> values)
    {
        foreach (var (key, value) in values) Add($"{name}[{key}]", value);
        return this;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in pairs)
        {
            if (text.Length > 0) text.Append('&');
            text.Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
        return text.ToString();
    }
}
