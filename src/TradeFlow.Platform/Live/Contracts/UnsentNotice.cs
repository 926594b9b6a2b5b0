using System.Text.Json;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Live.Contracts;

/// <summary>A notification that no channel has been handed yet.</summary>
/// <param name="User">The one person whom it is about and for.</param>
/// <param name="Accounts">What it is about: it is for whoever sees each of them.</param>
internal sealed record UnsentNotice(
    Guid Id, TenantId Tenant, UserId? User, DateTimeOffset At, string Severity, string Kind, string Text, JsonElement? Data,
    IReadOnlyList<Guid>? Accounts);
