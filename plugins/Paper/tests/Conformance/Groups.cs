using TradeFlow.BrokerSdk.Testing;

namespace TradeFlow.Plugins.Paper.Tests.Conformance;

public sealed class StaticTests : StaticConformance<PaperTarget>;

public sealed class ConnectTests : ConnectConformance<PaperTarget>;

public sealed class MarketTests : MarketConformance<PaperTarget>;

public sealed class LimitTests : LimitConformance<PaperTarget>;

public sealed class CancelTests : CancelConformance<PaperTarget>;

public sealed class CloseTests : CloseConformance<PaperTarget>;

public sealed class UnknownOutcomesTests : UnknownOutcomesConformance<PaperTarget>;

public sealed class ReconcileTests : ReconcileConformance<PaperTarget>;

public sealed class StreamTests : StreamConformance<PaperTarget>;

public sealed class LimitsTests : LimitsConformance<PaperTarget>;

public sealed class LifecycleTests : LifecycleConformance<PaperTarget>;
