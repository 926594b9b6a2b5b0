using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using TradeFlow.Platform.Kernel;
using TradeFlow.Platform.Outgoing.Contracts;

namespace TradeFlow.Platform.Tenancy.MailLinks;

/// <summary>
/// Asks for a link to a new password. The request is written down as it is and answered; a Worker looks whether anybody has the address. So
/// the answer, and its time, are the same for each address.
/// </summary>
internal static class Forgot
{
    public const string MessageKind = "reset";
    private const int LongestEmail = 254;

    internal sealed record Request(string? Email);

    internal static async Task<Results<Accepted, ProblemHttpResult>> Handle(
        Request request, HttpContext http, ForgotLimits limits, ILookupNormalizer normalizer, PublicAddress address, Outbox outbox,
        Database database,
        TimeProvider clock, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(request.Email)) return Problem.Invalid("email", "Enter your e-mail address.");
        var email = request.Email.Trim();
        if (email.Length > LongestEmail || !ForeignText.IsPlain(email) || !limits.Take(http)) return TypedResults.Accepted((string?)null);
        await using var connection = await database.System.OpenConnectionAsync(ct);
        await outbox.AddAsync(new OutgoingMessage
        {
            Id = NewId.At(clock), Kind = MessageKind, Event = "mail.reset",
                Payload = new LostPassword(normalizer.NormalizeEmail(email), address.OriginFor(http)).ToJson(),
        }, connection, ct);
        return TypedResults.Accepted((string?)null);
    }
}

/// <summary>A request as a Worker gets it.</summary>
/// <param name="Origin">Where our pages are.</param>
internal sealed record LostPassword(string NormalizedEmail, string Origin)
{
    public string ToJson() => JsonSerializer.Serialize(this, LostPasswordJson.Default.LostPassword);

    public static LostPassword Read(
        string json) => JsonSerializer.Deserialize(json, LostPasswordJson.Default.LostPassword)!; // ToJson wrote it
}

[JsonSerializable(typeof(LostPassword))]
internal sealed partial class LostPasswordJson : JsonSerializerContext;

/// <summary>How many links an address block may ask for in a minute (<c>RateLimits:SignIn</c>, 10). It is not told when it has.</summary>
internal sealed class ForgotLimits(IConfiguration configuration) : IDisposable
{
    private readonly PartitionedRateLimiter<string> blocks = PartitionedRateLimiter.Create<string,
        string>(block => RateLimitPartition.GetFixedWindowLimiter(
        block, _ => new FixedWindowRateLimiterOptions { PermitLimit = configuration.GetValue("RateLimits:SignIn", 10),
        Window = TimeSpan.FromMinutes(1) }));

    public bool Take(HttpContext http) => blocks.AttemptAcquire(AddressBlock.Of(http.Connection.RemoteIpAddress).Holder).IsAcquired;

    public void Dispose() => blocks.Dispose();
}
