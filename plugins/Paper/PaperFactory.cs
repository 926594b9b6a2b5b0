using TradeFlow.BrokerSdk;
using TradeFlow.Plugins.Paper.Book;

namespace TradeFlow.Plugins.Paper;

/// <summary>Opens a paper account. There is nothing to log in to.</summary>
public sealed class PaperFactory : IConnectorFactory
{
    internal const string Currency = "USD";

    /// <inheritdoc/>
    public async Task<ConnectOutcome> ConnectAsync(ConnectRequest request, IConnectorContext context, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(context);
        var journal = new Journal(context.State);
        var book = await journal.LoadAsync(context.Clock.GetUtcNow(), ct);
        // Every connection of a user is an account of its own, so its id is made here once and stored with the account.
        var id = request.BrokerAccountId ?? $"paper-{Guid.CreateVersion7(context.Clock.GetUtcNow()):N}";
        var account = new BrokerAccount { Id = id, Name = "Paper", Currency = Currency, Balance = book.Balance };
        return new ConnectOutcome.Connected([account], new PaperConnector(id, book, journal, context.Clock));
    }
}
