using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Jobs;
using TradeFlow.Platform.Kernel;

namespace TradeFlow.Platform.Connectors.Contracts;

/// <summary>
/// Answers the Api's questions, many at a time: a broker that hangs holds up its own alone. Nothing that a plugin throws leaves from here.
/// </summary>
internal sealed partial class QuestionDesk(
    IEnumerable<IJobHandler> handlers, SecretBox secrets, IHostApplicationLifetime host, TimeProvider clock,
    ILogger<QuestionDesk> log) : IDisposable
{
    private const int AtOnce = 64;
    private readonly Dictionary<string, IJobHandler> handlers = handlers.ToDictionary(handler => handler.Kind, StringComparer.Ordinal);
    private readonly SemaphoreSlim slots = new(AtOnce);

    /// <param name="ending">The lane ends: it must not be kept from it.</param>
    /// <returns><c>null</c> when there is no answer.</returns>
    public async Task<BrokerAnswer?> AnswerAsync(BrokerQuestion question, CancellationToken ending = default)
    {
        var left = question.Until - clock.GetUtcNow();
        if (left <= TimeSpan.Zero) return Failure(nameof(ConnectorErrorKind.Transient), "It was too late.");
        using var deadline = new CancellationTokenSource(left, clock);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ending, host.ApplicationStopping);
        try
        {
            // A plugin that does not let go of its thread must not keep the grain from others.
            return await Task.Run(() => FindAsync(question, end.Token), CancellationToken.None).WaitAsync(end.Token);
        }
        catch (ConnectorException e)
        {
            return Failure(e.Kind.ToString(), e.Message);
        }
        catch (OperationCanceledException)
        {
            return Failure(nameof(ConnectorErrorKind.Transient), "The broker did not answer in time.");
        }
        catch (JsonException)
        {
            return Failure(nameof(ConnectorErrorKind.Protocol), "The question could not be read.");
        }
        catch (CryptographicException)
        {
            // Sealed with a key that is gone: nobody here can read it.
            LogUnreadable(question.Id);
            return null;
        }
        catch (Exception e)
        {
            LogFailed(question.Kind, question.Id, e.GetType().Name);
            return null;
        }
    }

    private async Task<BrokerAnswer> FindAsync(BrokerQuestion question, CancellationToken ct)
    {
        await slots.WaitAsync(ct);
        try
        {
            if (!handlers.TryGetValue(question.Kind, out var handler))
                return Failure(nameof(ConnectorErrorKind.Misconfigured), $"This Worker does not know jobs of the kind {question.Kind}.");
            var tenant = new TenantId(question.Tenant);
            var account = question.Account is { } known ? new AccountId(known) : (AccountId?)null;
            var json = secrets.OpenText(tenant, question.Sealed, question.SealedFor);
            return new BrokerAnswer(false, await handler.RunAsync(new Job(tenant, account, question.Kind, json), ct));
        }
        finally
        {
            slots.Release();
        }
    }

    private static BrokerAnswer Failure(string kind, string message) =>
        new(true, JsonSerializer.Serialize(new JobFailure(kind, message), ConnectorsJson.Default.JobFailure));

    public void Dispose() => slots.Dispose();

    [LoggerMessage(3501, LogLevel.Error, "Question {Id} cannot be opened: is a key missing?")]
    private partial void LogUnreadable(Guid id);

    [LoggerMessage(3503, LogLevel.Error, "Question {Kind} {Id} ended without an answer ({Error})")]
    private partial void LogFailed(string kind, Guid id, string error);
}
