using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>A live session. Ask <see cref="AccountSessions"/> for it before each use; do not keep it.</summary>
internal sealed record AccountSession(AccountId Account, TenantId Tenant, IBrokerConnector Connector, ConnectorManifest Manifest);

/// <summary>An account whose credentials no longer work.</summary>
internal sealed record SessionLoggedOut(AccountId Account, TenantId Tenant, string Reason);
