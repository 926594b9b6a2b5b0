using System.Security.Cryptography;
using System.Text.Json;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>Where a log-in stands between two requests: what its broker asks for, and what its connector wrote down meanwhile.</summary>
public sealed record LogInStep
{
    /// <summary>Which log-in it belongs to: <see cref="LogInSteps.LogInOf"/>.</summary>
    public required string LogIn { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>
    /// What the user is asked for: empty when the user acts elsewhere and says when it is done, <c>null</c> when only an account is to be
    /// chosen.
    /// </summary>
    public IReadOnlyList<FormField>? Fields { get; init; }

    /// <summary>A sentence above the fields.</summary>
    public string? Notice { get; init; }

    /// <summary>The connector's small store.</summary>
    public IReadOnlyDictionary<string, string> State { get; init; } = new Dictionary<string, string>();

    public override string ToString() => $"step until {ExpiresAt:O}";
}

/// <summary>
/// Hands a step to the user's browser and back, sealed for the tenant: the platform itself remembers nothing of a log-in that may never be
/// finished.
/// </summary>
internal sealed class LogInSteps(SecretBox box, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>A step of the log-in that ends ten minutes from now.</summary>
    public LogInStep New(ConnectRequestBody request) =>
        new() { LogIn = LogInOf(request.Broker, request.Mode, request.Credentials), ExpiresAt = clock.GetUtcNow() + Patience };

    public bool IsOver(LogInStep step) => clock.GetUtcNow() >= step.ExpiresAt;

    public string Seal(TenantId tenant, LogInStep step) => Convert.ToBase64String(
        box.Seal(tenant, JsonSerializer.SerializeToUtf8Bytes(step, ConnectorsJson.Default.LogInStep), OwnerOf(tenant)));

    /// <returns><c>null</c> for what was not sealed here for this tenant.</returns>
    public LogInStep? Open(TenantId tenant, string continuation)
    {
        try
        {
            return JsonSerializer.Deserialize(box.Open(tenant, Convert.FromBase64String(continuation), OwnerOf(tenant)),
                ConnectorsJson.Default.LogInStep);
        }
        catch (Exception e) when (e is FormatException or CryptographicException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Tells log-ins apart. Neither a slug nor a mode holds a slash.</summary>
    /// <param name="broker">The slug, not an alias.</param>
    public static string LogInOf(string broker, string mode, IReadOnlyDictionary<string, string> credentials) =>
        $"{broker}/{mode}/{CredentialPrint.Of(credentials)}";

    private static string OwnerOf(TenantId tenant) => $"log_in_step:{tenant}";
}
