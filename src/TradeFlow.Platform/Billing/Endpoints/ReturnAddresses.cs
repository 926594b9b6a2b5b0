using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Billing.Endpoints;

/// <summary>
/// Where Stripe may send a browser back to: <c>PublicUrl</c>, the origin that the request came to, and <c>Billing:AllowedOrigins</c> (a
/// list, or one text with commas). Compared as text, so that no two readings of an odd address can differ.
/// </summary>
internal sealed class ReturnAddresses
{
    private const int Longest = 2000;
    private readonly string[] allowed;
    private readonly PublicAddress own;

    public ReturnAddresses(IConfiguration configuration, PublicAddress own)
    {
        this.own = own;
        var section = configuration.GetSection("Billing:AllowedOrigins");
        var texts = (section.Value?.Split(',') ?? []).Concat(section.GetChildren().Select(child => child.Value ?? ""))
            .Select(text => text.Trim().TrimEnd('/')).Where(text => text.Length > 0);
        allowed = [.. texts.Select(text => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            && address.GetLeftPart(UriPartial.Authority) == text && address.UserInfo.Length == 0
            ? text
            : throw new InvalidOperationException($"Billing:AllowedOrigins: '{text}' is no origin. Write it as https://app.example.com."))];
    }

    public string? Fault(string? address, HttpRequest request)
    {
        if (string.IsNullOrEmpty(address)) return "Give the address to come back to.";
        if (address.Length > Longest) return $"Use at most {Longest} characters.";
        // A backslash or a blank is read differently by different readers.
        if (address.Any(letter => letter is <= ' ' or > '~' or '\\') || !Uri.TryCreate(address, UriKind.Absolute, out _))
            return "Use an absolute address such as https://app.example.com/billing.";
        string[] ours = [$"{request.Scheme}://{request.Host}", own.OriginFor(request.HttpContext)];
        return ours.Concat(allowed).Any(origin => IsOn(address, origin)) ? null : "This address is on no allowed origin.";
    }

    private static bool IsOn(string address, string origin) =>
        address.StartsWith(origin, StringComparison.OrdinalIgnoreCase)
        && (address.Length == origin.Length || address[origin.Length] is '/' or '?' or '#');
}
