namespace TradeFlow.BrokerSdk.Testing;

internal sealed class CaseFailedException(string message) : Exception(message);

internal sealed class CaseSkippedException(string message) : Exception(message);
