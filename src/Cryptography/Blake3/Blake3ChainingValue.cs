using System.Runtime.CompilerServices;

namespace Consensus.Cryptography;

/// <summary>32 bytes in place: eight little-endian words.</summary>
[InlineArray(Blake3Constants.ChainingValueSize)]
internal struct Blake3ChainingValue
{
    private byte _first;
}
