using TradeFlow.BrokerSdk;

namespace TradeFlow.SamplePlugins.Good;

/// <summary>A base for types of other assemblies.</summary>
public class Replaceable;

/// <summary>Does what the credential <c>behaviour</c> says.</summary>
public sealed class SampleFactory : IConnectorFactory, IUpgradeCredentials, IListOptions
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string>? UpgradeCredentials(int fromVersion, IReadOnlyDictionary<string, string> stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        return stored.TryGetValue("manner", out var manner) ? new Dictionary<string, string> { ["behaviour"] = manner } : null;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<FieldOption>> ListOptionsAsync(OptionsRequest request, IConnectorContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        switch (request.Typed.GetValueOrDefault("behaviour"))
        {
            case "down": throw new ConnectorException(ConnectorErrorKind.Unreachable, "The broker is down.");
            case "hangs":
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                break;
            default: break;
        }
        return [new FieldOption { Value = $"{request.Mode}-fx", Label = "Currencies" },
            new FieldOption { Value = $"{request.Mode}-{request.Source}" }];
    }

    /// <inheritdoc/>
    public async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        var behaviour = context.Credentials.TryGetValue("behaviour", out var told) ? told.Reveal() : "";
        switch (behaviour)
        {
            case "wrong-password": return new ConnectOutcome.Failed([new FieldProblem("behaviour", "The password is wrong.")]);
            case "needs-step" or "needs-steps" when await SecondFactor.AskAsync(request, context, behaviour, ct) is { } asked: return asked;
            case "bad-step": return new ConnectOutcome.NeedsStep([new FormField { Key = "code", Label = "Code" },
                new FormField { Key = "code", Label = "Code again" }]);
            case "down": throw new ConnectorException(ConnectorErrorKind.Unreachable, "The broker is down.");
            case "throws": throw new InvalidOperationException("A fault of the plugin.");
            case "hangs":
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                break;
            case "late":
                await Task.Delay(TimeSpan.FromMilliseconds(500), CancellationToken.None);
                break;
            default: break;
        }
        // The tests bend the manifest alone, and the copy that it runs from holds the bent one.
        var manifest = Path.Combine(Path.GetDirectoryName(typeof(SampleFactory).Assembly.Location)!, "connector.json");
        var reading = behaviour == "late" ? CancellationToken.None : ct;
        var version = ConnectorManifest.Parse(await File.ReadAllTextAsync(manifest, reading)).Version;
        var one = new BrokerAccount { Id = "1", Name = version, Currency = "USD", Balance = 10m };
        if (behaviour is "two-accounts" or "needs-steps" && request.BrokerAccountId is null)
            return new ConnectOutcome.Connected([one, one with { Id = "2" }], null);
        return new ConnectOutcome.Connected([one], new SampleConnector(version, request, context));
    }
}
