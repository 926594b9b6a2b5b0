using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Paper.Book;
using TradeFlow.Plugins.Paper.Scripting;

namespace TradeFlow.Plugins.Paper;

/// <summary>Opens a paper account. There is nothing to log in to.</summary>
public sealed class PaperFactory : IConnectorFactory
{
    internal const string Currency = "USD";
    private const string IdPrefix = "paper-";

    /// <inheritdoc/>
    public async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        var (script, fault) = ScriptText.Read(context.Credentials.TryGetValue(FillScript.Field, out var typed) ? typed.Reveal() : null);
        if (script is null)
            return new ConnectOutcome.Failed([new FieldProblem(FillScript.Field, fault ?? "The script is not understood.")]);
        var journal = new Journal(context.State);
        var book = await journal.LoadAsync(context.Clock.GetUtcNow(), ct);
        // An id that was never given out here and that nothing was written for names no account.
        if (request.BrokerAccountId is { } named && !named.StartsWith(IdPrefix, StringComparison.Ordinal) && book.IsEmpty)
            return new ConnectOutcome.Failed([new FieldProblem("", $"There is no paper account {named}.")]);
        // Every connection of a user is an account of its own, so its id is made here once and stored with the account.
        var id = request.BrokerAccountId ?? $"{IdPrefix}{Guid.CreateVersion7(context.Clock.GetUtcNow()):N}";
        var account = new BrokerAccount { Id = id, Name = "Paper", Currency = Currency, Balance = book.Balance };
        return new ConnectOutcome.Connected([account], new PaperConnector(id, book, journal, script, context.Clock));
    }
}
