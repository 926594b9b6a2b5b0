namespace TradeFlow.EmbeddedServers;

/// <summary>
/// How a server is started: the program with its arguments, and what its environment must have besides the common variables.
/// </summary>
public sealed record ServerCommand(
    string Program, IReadOnlyList<string> Arguments, string Folder, IReadOnlyDictionary<string, string> Environment);
