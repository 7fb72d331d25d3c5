namespace Consensus.Cryptography.Tests;

/// <summary>One input length and the extended outputs for it.</summary>
internal sealed record OfficialVector(int InputLength, byte[] Hash, byte[] KeyedHash, byte[] DeriveKey)
{
    public byte[] Input => Inputs.Counting(InputLength);
}
