using TradeFlow.Platform.Tenancy.Contracts;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace TradeFlow.Platform.OAuth;

/// <summary>What a program may ask for.</summary>
internal static class AppScopes
{
    public const string Read = TokenScopes.Read;
    public const string Trade = TokenScopes.Trade;

    public static readonly IReadOnlyList<string> All = [Scopes.OpenId, Scopes.Profile, Scopes.OfflineAccess, Read, Trade];

    /// <summary>The widest that opens something of the Api; empty: none does.</summary>
    public static string Widest(IReadOnlyCollection<string> scopes) => scopes.Contains(Trade) ? Trade : scopes.Contains(Read) ? Read : "";
}
