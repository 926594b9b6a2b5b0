using System.Buffers.Binary;

namespace TradeFlow.Platform.Connectors.Plugins.Processes;

internal enum FrameKind : byte
{
    None,

    /// <summary>A question, which has one answer.</summary>
    Ask,

    /// <summary>The answer to the question of the same id.</summary>
    Answer,

    /// <summary>What was thrown instead of an answer.</summary>
    Fault,

    /// <summary>Whoever asked the question of this id no longer needs the answer.</summary>
    Cancel,

    /// <summary>Something to know, without an answer.</summary>
    Tell,
}

/// <summary>
/// One message between the Worker and the process of a plugin: a head of fixed length, JSON, and bytes that need not be JSON.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Call">What is asked or told.</param>
/// <param name="Id">One for each question of a side.</param>
/// <param name="Flow">The command of the Worker within which it is asked; 0 for none.</param>
/// <param name="Session">The session that it is about; 0 for none.</param>
/// <param name="Json">The arguments or the answer.</param>
/// <param name="Tail">The body of a request, an answer or a message of a push feed.</param>
internal readonly record struct Frame(
    FrameKind Kind, Call Call, long Id, long Flow, long Session, ReadOnlyMemory<byte> Json, ReadOnlyMemory<byte> Tail)
{
    /// <summary>Two lengths, kind, call and three numbers.</summary>
    public const int HeadLength = 4 + 4 + 1 + 1 + 8 + 8 + 8;

    public int Length => HeadLength + Json.Length + Tail.Length;

    public void WriteTo(Stream stream)
    {
        // One write for what is small: a message of a few hundred bytes wakes its reader once.
        var head = new byte[HeadLength + Json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(head, Json.Length);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(4), Tail.Length);
        (head[8], head[9]) = ((byte)Kind, (byte)Call);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(10), Id);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(18), Flow);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(26), Session);
        Json.Span.CopyTo(head.AsSpan(HeadLength));
        stream.Write(head);
        if (!Tail.IsEmpty) stream.Write(Tail.Span);
        stream.Flush();
    }

    /// <param name="stream">Where it comes from.</param>
    /// <param name="mostOf">How many bytes a frame of a kind may have.</param>
    /// <returns>Null at the end of the stream.</returns>
    /// <exception cref="InvalidDataException">It says of itself that it is larger; nothing of it was read.</exception>
    /// <exception cref="IOException">The stream broke.</exception>
    public static Frame? ReadFrom(Stream stream, Func<FrameKind, int> mostOf)
    {
        Span<byte> head = stackalloc byte[HeadLength];
        if (stream.ReadAtLeast(head, HeadLength, throwOnEndOfStream: false) < HeadLength) return null;
        var (json, tail) = (BinaryPrimitives.ReadInt32LittleEndian(head), BinaryPrimitives.ReadInt32LittleEndian(head[4..]));
        var kind = (FrameKind)head[8];
        if (json < 0 || tail < 0 || (long)json + tail > mostOf(kind))
            throw new InvalidDataException($"a message of {(long)json + tail} bytes");
        var body = new byte[json + tail];
        if (stream.ReadAtLeast(body, body.Length, throwOnEndOfStream: false) < body.Length) return null;
        return new Frame(kind, (Call)head[9], BinaryPrimitives.ReadInt64LittleEndian(head[10..]),
            BinaryPrimitives.ReadInt64LittleEndian(head[18..]),
            BinaryPrimitives.ReadInt64LittleEndian(head[26..]), body.AsMemory(0, json), body.AsMemory(json));
    }
}
