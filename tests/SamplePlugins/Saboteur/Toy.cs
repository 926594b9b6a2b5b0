namespace TradeFlow.SamplePlugins.Saboteur;

/// <summary>What a session is made of.</summary>
internal sealed record Toy(SaboteurFactory Factory, Client Client, BrokerSdk.IConnectorContext Context, Sabotage Sabotage);
