using System.Buffers;

namespace Consensus.Serialization;

/// <summary>An extension with its bytes, which are a slice of what was read and live no longer than that.</summary>
/// <param name="TypeCode">0 to 127 belong to applications, negative codes to the specification.</param>
/// <param name="Data">The extension's bytes.</param>
public readonly record struct ExtensionResult(sbyte TypeCode, ReadOnlySequence<byte> Data)
{
    /// <summary>Creates an extension over bytes in one piece.</summary>
    public ExtensionResult(sbyte typeCode, ReadOnlyMemory<byte> data)
        : this(typeCode, new ReadOnlySequence<byte>(data))
    {
    }

    /// <summary>The header that precedes <see cref="Data"/>.</summary>
    public ExtensionHeader Header => new(TypeCode, checked((uint)Data.Length));
}
