namespace Consensus.Transport;

/// <summary>A range of versions of the wire protocol.</summary>
/// <param name="Min">The oldest version spoken.</param>
/// <param name="Max">The newest version spoken.</param>
internal readonly record struct ProtocolVersions(ushort Min, ushort Max)
{
    /// <summary>What this code speaks.</summary>
    public static ProtocolVersions Supported => new(1, 1);

    /// <summary>The newest version that both speak.</summary>
    public bool TryNegotiate(ProtocolVersions other, out ushort version)
    {
        version = Math.Min(Max, other.Max);
        return Min <= Max && other.Min <= other.Max && version >= Math.Max(Min, other.Min);
    }
}
