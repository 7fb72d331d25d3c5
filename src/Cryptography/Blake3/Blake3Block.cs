using System.Runtime.CompilerServices;

namespace Consensus.Cryptography;

/// <summary>64 bytes in place.</summary>
[InlineArray(Blake3Constants.BlockSize)]
internal struct Blake3Block
{
    private byte _first;
}
