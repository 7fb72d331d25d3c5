namespace Consensus.Serialization;

/// <summary>What precedes an extension's bytes.</summary>
/// <param name="TypeCode">0 to 127 belong to applications, negative codes to the specification.</param>
/// <param name="Length">Number of bytes that follow.</param>
public readonly record struct ExtensionHeader(sbyte TypeCode, uint Length)
{
    /// <summary>Creates a header from a length as collections count it.</summary>
    /// <exception cref="OverflowException"><paramref name="length"/> is negative.</exception>
    public ExtensionHeader(sbyte typeCode, int length)
        : this(typeCode, checked((uint)length))
    {
    }
}
