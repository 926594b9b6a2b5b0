using TradeFlow.BrokerSdk.Testing;

namespace TradeFlow.Plugins.TradeLocker.Tests.Conformance;

public sealed class StaticTests : StaticConformance<TradeLockerTarget>;

public sealed class ConnectTests : ConnectConformance<TradeLockerTarget>;

public sealed class MarketTests : MarketConformance<TradeLockerTarget>;

public sealed class LimitTests : LimitConformance<TradeLockerTarget>;

public sealed class CancelTests : CancelConformance<TradeLockerTarget>;

public sealed class CloseTests : CloseConformance<TradeLockerTarget>;

public sealed class UnknownOutcomesTests : UnknownOutcomesConformance<TradeLockerTarget>;

public sealed class ReconcileTests : ReconcileConformance<TradeLockerTarget>;

public sealed class StreamTests : StreamConformance<TradeLockerTarget>;

public sealed class LimitsTests : LimitsConformance<TradeLockerTarget>;

public sealed class LifecycleTests : LifecycleConformance<TradeLockerTarget>;
