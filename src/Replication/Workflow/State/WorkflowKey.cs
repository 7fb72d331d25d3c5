using System.Text;

namespace Consensus.Replication.Workflow;

/// <summary>Builds keys of the tree in a caller's buffer. Names hold no byte 0, so that two parts cannot be read in two ways.</summary>
internal static class WorkflowKey
{
    /// <summary>The longest key: an operation's name and key, with area and separator.</summary>
    public const int BytesMax = 1 + WorkflowLimits.NameBytesMax + 1 + WorkflowLimits.OperationKeyBytesMax;

    public static ReadOnlySpan<byte> Of(WorkflowArea area, string name, Span<byte> buffer)
    {
        buffer[0] = (byte)area;
        return buffer[..(1 + Encoding.UTF8.GetBytes(name, buffer[1..]))];
    }

    public static ReadOnlySpan<byte> Of(WorkflowArea area, string name, string inner, Span<byte> buffer)
    {
        var length = Of(area, name, buffer).Length;
        buffer[length++] = 0;
        return buffer[..(length + Encoding.UTF8.GetBytes(inner, buffer[length..]))];
    }

    public static ReadOnlySpan<byte> Of(WorkflowArea area, string name, ReadOnlySpan<byte> inner, Span<byte> buffer)
    {
        var length = Of(area, name, buffer).Length;
        buffer[length++] = 0;
        inner.CopyTo(buffer[length..]);
        return buffer[..(length + inner.Length)];
    }

    public static ReadOnlySpan<byte> Of(WorkflowArea area, Digest digest, Span<byte> buffer)
    {
        buffer[0] = (byte)area;
        digest.CopyTo(buffer[1..]);
        return buffer[..(1 + Digest.Size)];
    }

    public static ReadOnlySpan<byte> Of(WorkflowArea area, WorkflowArea counted, Span<byte> buffer)
    {
        buffer[0] = (byte)area;
        buffer[1] = (byte)counted;
        return buffer[..2];
    }

    /// <summary>The name in a key of one part.</summary>
    public static string NameIn(ReadOnlySpan<byte> key) => Encoding.UTF8.GetString(key[1..]);
}
