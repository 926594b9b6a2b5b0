using System.Collections.Concurrent;
using TradeFlow.BrokerSdk;

namespace TradeFlow.Platform.Connectors.Http;

/// <summary>Who a limit counts for; what is shared is counted together by all sessions of this Worker and outlives any of them.</summary>
internal sealed record LimitScope(string Slug, string Mode, string Credential, string Account)
{
    public string KeyOf(string scope) => scope switch
    {
        "ip" or "plugin" => $"{Slug}/{Mode}",
        "credential" => $"{Slug}/{Mode}/{Credential}",
        _ => $"{Slug}/{Mode}/{Credential}/{Account}",
    };
}

/// <summary>The limits of the manifests and of what brokers say at run time.</summary>
internal sealed class RateLimits(TimeProvider clock)
{
    private readonly ConcurrentDictionary<string, RollingWindow> windows = new(StringComparer.Ordinal);

    /// <summary>The windows that a request of the class has to pass. A class without a rule of its own passes freely, except that a cancel counts with the orders.</summary>
    public IReadOnlyList<RollingWindow> For(ConnectorManifest manifest, LimitScope scope, RequestClass requestClass)
    {
        var name = NameOf(requestClass);
        var rules = manifest.RateLimits.Where(rule => rule.Class == name).ToList();
        if (rules.Count == 0 && requestClass == RequestClass.Cancel) rules = [.. manifest.RateLimits.Where(rule => rule.Class == "order")];
        return
        [
            .. rules.Select(rule =>
            {
                var window = Named($"{scope.KeyOf(rule.Scope)}|{rule.Class}|{rule.PerSeconds}");
                window.Set(rule.Permits, TimeSpan.FromSeconds(rule.PerSeconds));
                return window;
            }),
        ];
    }

    public RollingWindow Bucket(LimitScope scope, string bucket) => Named($"{scope.KeyOf("account")}|bucket|{bucket}");

    public RollingWindow? FindBucket(LimitScope scope, string bucket) => windows.GetValueOrDefault($"{scope.KeyOf("account")}|bucket|{bucket}");

    private RollingWindow Named(string key) => windows.GetOrAdd(key, static (_, time) => new RollingWindow(time), clock);

    private static string NameOf(RequestClass requestClass) => requestClass switch
    {
        RequestClass.Order => "order",
        RequestClass.Cancel => "cancel",
        RequestClass.Auth => "auth",
        RequestClass.Quote => "quote",
        _ => "query",
    };
}
