using System.ComponentModel.DataAnnotations;

namespace TradeFlow.Platform.Delivery.Channels.Telegram;

/// <summary>The section <c>Telegram</c>: the bot that speaks for us.</summary>
internal sealed class TelegramOptions : IValidatableObject
{
    /// <summary>Without it there are no Telegram channels.</summary>
    public string? BotToken { get; set; }

    public string ApiBase { get; set; } = "https://api.telegram.org";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Uri.TryCreate(ApiBase, UriKind.Absolute, out var url) || url.Scheme is not ("https" or "http"))
            yield return new("Telegram:ApiBase must be an address such as https://api.telegram.org.", [nameof(ApiBase)]);
    }
}
