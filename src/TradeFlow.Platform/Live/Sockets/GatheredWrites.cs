using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace TradeFlow.Platform.Live.Sockets;

/// <summary>
/// The stream below a socket, which can keep what is written for a moment: many frames leave in one write, and cost one call of the system.
/// </summary>
internal sealed class GatheredWrites(Stream inner) : Stream
{
    private const int Most = 64 * 1024;
    private readonly SemaphoreSlim turn = new(1, 1);
    private byte[] kept = [];
    private int length;
    private volatile bool isKeeping;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Has the connection of this request answer with such a stream when it is upgraded.</summary>
    public static void Prepare(HttpContext http)
    {
        if (http.Features.Get<IHttpUpgradeFeature>() is { } upgrade)
            http.Features.Set<IHttpUpgradeFeature>(new Upgrade(upgrade, http.Features));
        if (http.Features.Get<IHttpExtendedConnectFeature>() is { } connect)
            http.Features.Set<IHttpExtendedConnectFeature>(new Connect(connect, http.Features));
    }

    /// <summary>From now on what is written waits for <see cref="ReleaseAsync"/>, or for others that fill a large write.</summary>
    public void Keep() => isKeeping = true;

    public async ValueTask ReleaseAsync(CancellationToken ct)
    {
        isKeeping = false;
        await turn.WaitAsync(ct);
        try
        {
            await WriteKeptAsync(ct);
        }
        finally
        {
            turn.Release();
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // A ping of the socket is written by its timer.
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (!isKeeping || length + buffer.Length > Most) await WriteKeptAsync(cancellationToken);
            if (!isKeeping || buffer.Length > Most)
            {
                await inner.WriteAsync(buffer, cancellationToken);
                return;
            }
            if (kept.Length == 0) kept = ArrayPool<byte>.Shared.Rent(Most);
            buffer.CopyTo(kept.AsMemory(length));
            length += buffer.Length;
        }
        finally
        {
            turn.Release();
        }
    }

    private async ValueTask WriteKeptAsync(CancellationToken ct)
    {
        if (length == 0) return;
        var (bytes, count) = (kept, length);
        // Before it is over: what was begun is not written a second time.
        (kept, length) = ([], 0);
        await inner.WriteAsync(bytes.AsMemory(0, count), ct);
        ArrayPool<byte>.Shared.Return(bytes);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // The streams of Kestrel send what is written by themselves.
    public override Task FlushAsync(CancellationToken cancellationToken) =>
        isKeeping ? Task.CompletedTask : inner.FlushAsync(cancellationToken);

    public override void Flush() => throw new NotSupportedException();
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private static GatheredWrites Of(Stream stream, IFeatureCollection features)
    {
        var writes = new GatheredWrites(stream);
        features.Set(writes);
        return writes;
    }

    private sealed class Upgrade(IHttpUpgradeFeature inner, IFeatureCollection features) : IHttpUpgradeFeature
    {
        public bool IsUpgradableRequest => inner.IsUpgradableRequest;

        public async Task<Stream> UpgradeAsync() => Of(await inner.UpgradeAsync(), features);
    }

    private sealed class Connect(IHttpExtendedConnectFeature inner, IFeatureCollection features) : IHttpExtendedConnectFeature
    {
        public bool IsExtendedConnect => inner.IsExtendedConnect;
        public string? Protocol => inner.Protocol;

        public async ValueTask<Stream> AcceptAsync() => Of(await inner.AcceptAsync(), features);
    }
}
