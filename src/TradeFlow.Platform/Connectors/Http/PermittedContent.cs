using System.Net;
using TradeFlow.BrokerSdk;
using TradeFlow.Platform.Connectors.Contracts;

namespace TradeFlow.Platform.Connectors.Http;

/// <summary>
/// The body of a request that trades. It is written once there is a connection and all else is done, so that nothing lies between the last
/// look at the permit and the wire: not the name's look-up, not the connecting, not TLS. The headers wait in the same buffer until then.
/// </summary>
internal sealed class PermittedContent : HttpContent
{
    private readonly HttpContent inner;
    private readonly SendPermit? permit;
    private readonly RequestClass requestClass;

    public PermittedContent(HttpContent inner, SendPermit? permit, RequestClass requestClass)
    {
        (this.inner, this.permit, this.requestClass) = (inner, permit, requestClass);
        foreach (var (name, values) in inner.Headers) Headers.TryAddWithoutValidation(name, values);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Made before the look: it may be code of the plugin, and take its time.
        var body = await inner.ReadAsByteArrayAsync(cancellationToken);
        if (SendPermit.Fault(permit, requestClass) is { } fault) throw new RequestNotSentException(fault);
        await stream.WriteAsync(body, cancellationToken);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = inner.Headers.ContentLength ?? 0;
        return inner.Headers.ContentLength is not null;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
