using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace TradeFlow.Platform.Billing.Stripe;

/// <summary>
/// <c>Stripe:SecretKey</c>, <c>Stripe:WebhookSecret</c> (several, separated by commas, while one is rotated) and <c>Stripe:ApiBase</c>.
/// Without a key nothing can be bought, and the trial goes on. A value that can only be a mistake stops the start.
/// </summary>
internal sealed class StripeOptions
{
    /// <summary>Sent with every request, and what the webhook endpoint at Stripe is to be made with.</summary>
    public const string ApiVersion = "2026-10-28.endive";

    public StripeOptions(IConfiguration configuration, IHostEnvironment environment)
    {
        SecretKey = Key(configuration["Stripe:SecretKey"]);
        WebhookSecrets = Secrets(configuration["Stripe:WebhookSecret"]);
        IsLive = SecretKey is null ? null : SecretKey.Contains("_live_", StringComparison.Ordinal)
            ? true : SecretKey.Contains("_test_", StringComparison.Ordinal) ? false : null;
        if (environment.IsDevelopment() && IsLive == true)
            throw new InvalidOperationException("Stripe:SecretKey is a live key, and this is Development: use a test key.");
        if (environment.IsProduction() && IsLive == false)
            throw new InvalidOperationException("Stripe:SecretKey is a test key, and this is Production: use a live key.");
        ApiBase = Base(configuration["Stripe:ApiBase"], environment);
    }

    public string? SecretKey { get; }
    public IReadOnlyList<string> WebhookSecrets { get; }
    public Uri ApiBase { get; }

    /// <summary>Whether the key moves real money; <c>null</c> when it does not say so.</summary>
    public bool? IsLive { get; }

    public bool IsConfigured => SecretKey is not null;

    private static string? Key(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (text.Any(letter => letter is <= ' ' or > '~'))
            throw new InvalidOperationException("Stripe:SecretKey has blanks or unusual letters in it: copy it again.");
        if (text.StartsWith("pk_", StringComparison.Ordinal))
            throw new InvalidOperationException("Stripe:SecretKey is a publishable key: use the secret or a restricted one.");
        return text;
    }

    private static string[] Secrets(string? text)
    {
        if (string.IsNullOrEmpty(text)) return [];
        var secrets = text.Split(',').Select(secret => secret.Trim()).ToArray();
        // A signature under an empty secret is one that anybody can make.
        if (secrets.Any(secret => secret.Length == 0))
            throw new InvalidOperationException("Stripe:WebhookSecret is blank, or has a blank one in its list.");
        return secrets;
    }

    private static Uri Base(string? text, IHostEnvironment environment)
    {
        if (string.IsNullOrWhiteSpace(text)) return new Uri("https://api.stripe.com");
        if (!Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            throw new InvalidOperationException("Stripe:ApiBase must be an https address.");
        if (address.Scheme == "http" && !address.IsLoopback && !environment.IsDevelopment())
            throw new InvalidOperationException("Stripe:ApiBase must be an https address: the key goes there.");
        return address;
    }
}
