using System.Globalization;
using System.Text.RegularExpressions;
using TradeFlow.Plugins.Topstep.Http;

namespace TradeFlow.Plugins.Topstep.Mapping;

/// <summary>What a trader means by a symbol: a ticker, and which of its months.</summary>
/// <param name="Ticker">Upper case, such as <c>MES</c>.</param>
/// <param name="Month">A month letter, or null for the contract that is active.</param>
/// <param name="Year">The digits of the year as they were given, or null.</param>
/// <param name="Next">True for the contract after the active one (<c>MES2!</c>).</param>
internal sealed partial record ContractName(string Ticker, char? Month, string? Year, bool Next)
{
    private const string Months = "FGHJKMNQUVXZ";

    /// <summary>Null for a text that can be no symbol of a future.</summary>
    public static ContractName? Parse(string text)
    {
        var symbol = text[(text.LastIndexOf(':') + 1)..].Trim().ToUpperInvariant();
        if (Continuous().Match(symbol) is { Success: true } continuous)
            return new ContractName(continuous.Groups[1].Value, null, null, continuous.Groups[2].Value == "2");
        if (Dated().Match(symbol) is { Success: true } dated)
            return new ContractName(dated.Groups[1].Value, dated.Groups[2].Value[0], dated.Groups[3].Value, false);
        return Plain().IsMatch(symbol) ? new ContractName(symbol, null, null, false) : null;
    }

    /// <summary>
    /// The ticker is the one of the contract's name ("MESZ6"), or the root in its id ("EP" of <c>CON.F.US.EP.Z26</c>), which is not always
    /// the same.
    /// </summary>
    public bool IsOfTicker(WireContract contract) => TickerOf(contract) == Ticker || RootOf(contract) == Ticker;

    public bool IsOfMonth(WireContract contract)
    {
        if (Month is not { } month || Year is not { } year || ExpiryOf(contract) is not { } expiry) return false;
        // A single digit is the year of its decade, as on every exchange.
        return Months[expiry.Month - 1] == month && (year.Length == 1
            ? expiry.Year % 10 == year[0] - '0' : expiry.Year % 100 == int.Parse(year[^2..], CultureInfo.InvariantCulture));
    }

    /// <summary>Month of expiry, from the last part of the id ("Z26").</summary>
    public static DateOnly? ExpiryOf(WireContract contract)
    {
        var last = contract.Id[(contract.Id.LastIndexOf('.') + 1)..];
        var month = last.Length == 3 ? Months.IndexOf(last[0]) : -1;
        return month >= 0 && int.TryParse(last.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            ? new DateOnly(2000 + year, month + 1, 1) : null;
    }

    /// <summary>The exchange's ticker: the name without month and year.</summary>
    public static string TickerOf(WireContract contract)
    {
        var name = contract.Name?.ToUpperInvariant() ?? "";
        return Dated().Match(name) is { Success: true } dated ? dated.Groups[1].Value : RootOf(contract);
    }

    /// <summary>
    /// One name per contract, whatever it was asked by: <c>MES1!</c> for the active one, as charts call it, and <c>MESH2027</c> for the
    /// others. Rules and exits compare this name.
    /// </summary>
    public static string SymbolOf(WireContract contract) =>
        contract.ActiveContract || ExpiryOf(contract) is not { } expiry ? $"{TickerOf(contract)}1!"
            : string.Create(CultureInfo.InvariantCulture, $"{TickerOf(contract)}{Months[expiry.Month - 1]}{expiry.Year}");

    private static string RootOf(WireContract contract) =>
        contract.Id.Split('.') is { Length: 5 } parts ? parts[3].ToUpperInvariant() : contract.Id.ToUpperInvariant();

    [GeneratedRegex("^([A-Z0-9]{1,6}?)([12])!$", RegexOptions.CultureInvariant)]
    private static partial Regex Continuous();

    [GeneratedRegex("^([A-Z0-9]{1,6}?)([FGHJKMNQUVXZ])([0-9]{1,2}|20[0-9]{2})$", RegexOptions.CultureInvariant)]
    private static partial Regex Dated();

    [GeneratedRegex("^[A-Z0-9]{1,8}$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
