namespace Consensus.Replication.Tests.State;

/// <summary>Byte arrays in ordinal order, as the models of the tests keep them.</summary>
internal sealed class Bytes : IComparer<byte[]>
{
    public static readonly Bytes Ordinal = new();

    public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
}
