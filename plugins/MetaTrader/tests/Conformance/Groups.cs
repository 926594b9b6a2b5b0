using TradeFlow.BrokerSdk.Testing;

namespace TradeFlow.Plugins.MetaTrader.Tests.Conformance;

public sealed class StaticTests : StaticConformance<MetaTraderTarget>;

public sealed class ConnectTests : ConnectConformance<MetaTraderTarget>;

public sealed class MarketTests : MarketConformance<MetaTraderTarget>;

public sealed class LimitTests : LimitConformance<MetaTraderTarget>;

public sealed class CancelTests : CancelConformance<MetaTraderTarget>;

public sealed class CloseTests : CloseConformance<MetaTraderTarget>;

public sealed class UnknownOutcomesTests : UnknownOutcomesConformance<MetaTraderTarget>;

public sealed class ReconcileTests : ReconcileConformance<MetaTraderTarget>;

public sealed class StreamTests : StreamConformance<MetaTraderTarget>;

public sealed class LimitsTests : LimitsConformance<MetaTraderTarget>;

public sealed class LifecycleTests : LifecycleConformance<MetaTraderTarget>;
