namespace TradeFlow.BrokerSdk;

/// <summary>Turns what the HTTP stack throws on a query or a log-in into a <see cref="ConnectorException"/>.</summary>
/// <remarks>Never for an order command, where the same events mean something else: <see cref="HttpOutcome"/> is for those.</remarks>
public static class HttpFailures
{
    /// <summary>Runs a query and says in the host's words what went wrong with it.</summary>
    /// <param name="broker">The broker's name, as it stands in the words.</param>
    /// <param name="send">The query. It may be sent again by the host's handlers, never by this method.</param>
    /// <param name="ct">The caller's token. When it is cancelled, the cancellation passes as it is.</param>
    /// <exception cref="ConnectorException">
    /// <see cref="ConnectorErrorKind.RateLimited"/> where the host kept it back; <see cref="ConnectorErrorKind.Unreachable"/> where it is
    /// proven that no connection was made; <see cref="ConnectorErrorKind.Transient"/> where the connection broke, the session ended, or no
    /// answer came in time.
    /// </exception>
    public static async Task<T> InWordsAsync<T>(string broker, Func<Task<T>> send, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(send);
        try
        {
            return await send().ConfigureAwait(false);
        }
        catch (RequestNotSentException e)
        {
            throw new ConnectorException(ConnectorErrorKind.RateLimited, e.Message, e) { RetryAfter = e.RetryAfter };
        }
        catch (HttpRequestException e) when (HttpOutcome.From(e) is OrderOutcome.NotSent unreachable)
        {
            throw new ConnectorException(ConnectorErrorKind.Unreachable, unreachable.Why, e);
        }
        catch (HttpRequestException e)
        {
            throw new ConnectorException($"The connection to {broker} broke ({e.HttpRequestError}).", e);
        }
        catch (ObjectDisposedException e)
        {
            throw new ConnectorException($"The session that asked {broker} has ended.", e);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new ConnectorException($"{broker} did not answer in time.", e);
        }
    }
}
