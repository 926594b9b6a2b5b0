namespace TradeFlow.BrokerSdk;

/// <summary>Implemented by a factory whose Connect form has a field with <see cref="FormField.OptionsSource"/>.</summary>
public interface IListOptions
{
    /// <summary>
    /// The choices of a field, the likeliest first. They are shown to every user who types the same, and asked again after about a minute.
    /// </summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="context">The host. There is no log-in yet: no credentials, and what is written to the state is lost.</param>
    /// <param name="ct">Cancelled after ten seconds.</param>
    /// <returns>At most 1,000 are shown. None at all is an answer too: the field then takes any text.</returns>
    /// <exception cref="ConnectorException">The choices cannot be had now: the user types and can ask again.</exception>
    Task<IReadOnlyList<FieldOption>> ListOptionsAsync(OptionsRequest request, IConnectorContext context, CancellationToken ct);
}

/// <summary>Which choices are asked for.</summary>
public sealed record OptionsRequest
{
    /// <summary>The field's <see cref="FormField.OptionsSource"/>.</summary>
    public required string Source { get; init; }

    /// <summary>The mode that the user has chosen.</summary>
    public required string Mode { get; init; }

    /// <summary>The endpoints of the mode by their name in the manifest, after the operator's overrides.</summary>
    public required IReadOnlyDictionary<string, Uri> Endpoints { get; init; }

    /// <summary>What the user has chosen in other fields so far, by field key. Never a secret, and not yet checked.</summary>
    public required IReadOnlyDictionary<string, string> Typed { get; init; }
}

/// <summary>One choice of a field.</summary>
public sealed record FieldOption
{
    /// <summary>What is stored and handed to the connector.</summary>
    public required string Value { get; init; }

    /// <summary>What the user reads; <c>null</c> for the value itself.</summary>
    public string? Label { get; init; }
}
