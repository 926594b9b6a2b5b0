using System.Globalization;
using TradeFlow.BrokerSdk;

namespace Acme.Mapping;

/// <summary>
/// What an agent's result proves. Rejected needs the terminal's own words and a code that is on the list; what the agent itself does not
/// know is Unknown, and the platform looks the order up.
/// </summary>
internal static class Outcomes
{
    private static readonly Dictionary<int, RejectReason> Codes = new()
    {
        [1] = RejectReason.InsufficientMargin,
        [2] = RejectReason.MarketClosed,
        [3] = RejectReason.InstrumentNotTradable,
        [4] = RejectReason.InvalidQuantity,
        [5] = RejectReason.InvalidPrice,
        [6] = RejectReason.StopTooClose,
        [7] = RejectReason.PositionNotFound,
        [8] = RejectReason.ReadOnlyAccount,
        [9] = RejectReason.BrokerRiskRule,
        [10] = RejectReason.Other,
    };

    public static OrderOutcome Of(AgentCommand command, AgentResult result)
    {
        if (IsRefused(command, result))
            return new OrderOutcome.Rejected(Codes[result.Code], result.Code.ToString(CultureInfo.InvariantCulture), result.Message);
        if (result.Status != "done" || (command.Verb == "open" && result.Ticket.Length == 0))
            return new OrderOutcome.Unknown(
                result.Message.Length > 0 ? result.Message : $"The terminal does not know what became of it (code {result.Code}).");
        return command.Verb == "cancel" ? new OrderOutcome.Accepted(command.Ticket) : new OrderOutcome.Accepted(
            Reports.OrderIdOf(command, result), Reports.Of(command, result));
    }

    // "No such order" to a cancel is no refusal: it may have been filled.
    public static bool IsRefused(AgentCommand command, AgentResult result) =>
        result is { Status: "rejected", Message.Length: > 0 } && Codes.ContainsKey(result.Code) && command.Verb != "cancel";
}
