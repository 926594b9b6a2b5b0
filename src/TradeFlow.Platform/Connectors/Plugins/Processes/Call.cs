namespace TradeFlow.Platform.Connectors.Plugins.Processes;

/// <summary>What the Worker and the process of a plugin ask of each other.</summary>
internal enum Call : byte
{
    None,

    // Of the process.
    Load,
    Ping,
    Connect,
    Upgrade,
    ListOptions,
    Account,
    Instruments,
    Quote,
    Place,
    Cancel,
    Close,
    Modify,
    FindOrder,
    State,
    NextUpdate,
    EndStream,
    EndSession,

    // Of the Worker.
    SendOnce,
    Query,
    SetLimit,
    AwaitLimit,
    OpenSocket,
    SendOnSocket,
    ReceiveOnSocket,
    CloseSocket,
    AbortSocket,
    ReadState,
    WriteState,
    LatestReport,
    SendCommand,
    FindCommand,
    FindByMagic,
    Log,
    Breach,
}
