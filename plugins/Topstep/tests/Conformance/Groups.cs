using TradeFlow.BrokerSdk.Testing;

namespace TradeFlow.Plugins.Topstep.Tests.Conformance;

public sealed class StaticTests : StaticConformance<TopstepTarget>;

public sealed class ConnectTests : ConnectConformance<TopstepTarget>;

public sealed class MarketTests : MarketConformance<TopstepTarget>;

public sealed class LimitTests : LimitConformance<TopstepTarget>;

public sealed class CancelTests : CancelConformance<TopstepTarget>;

public sealed class CloseTests : CloseConformance<TopstepTarget>;

public sealed class UnknownOutcomesTests : UnknownOutcomesConformance<TopstepTarget>;

public sealed class ReconcileTests : ReconcileConformance<TopstepTarget>;

public sealed class StreamTests : StreamConformance<TopstepTarget>;

public sealed class LimitsTests : LimitsConformance<TopstepTarget>;

public sealed class LifecycleTests : LifecycleConformance<TopstepTarget>;
