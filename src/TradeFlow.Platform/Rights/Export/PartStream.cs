namespace TradeFlow.Platform.Rights.Export;

/// <summary>What is written to it becomes parts of one megabyte: no more than one of them is in memory.</summary>
internal sealed class PartStream(Func<int, ReadOnlyMemory<byte>, CancellationToken, Task> keep) : Stream
{
    private const int PartSize = 1 << 20;

    private readonly MemoryStream part = new(PartSize);
    private int parts;

    public long Written { get; private set; }

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        if (part.Length >= PartSize) await KeepAsync(cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        part.Write(buffer);
        Written += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Keeps what has come since the last part.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        if (part.Length > 0) await KeepAsync(ct);
    }

    private async Task KeepAsync(CancellationToken ct)
    {
        await keep(parts++, part.GetBuffer().AsMemory(0, (int)part.Length), ct);
        part.SetLength(0);
    }

    // A part is kept when it is whole, not when a writer above flushes.
    public override void Flush() { }
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing) part.Dispose();
        base.Dispose(disposing);
    }
}
