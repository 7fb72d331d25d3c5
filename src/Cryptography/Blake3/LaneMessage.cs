using System.Runtime.CompilerServices;

namespace Consensus.Cryptography;

/// <summary>The sixteen message words of one block of every lane.</summary>
[InlineArray(16)]
internal struct LaneMessage<TVector>
    where TVector : struct
{
    private TVector _first;
}
