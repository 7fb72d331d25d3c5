namespace Consensus.Cryptography.Tests;

internal static class Inputs
{
    /// <summary>The input of the official test vectors: 0, 1, ..., 250, over and over.</summary>
    public static byte[] Counting(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++)
        {
            bytes[i] = (byte)(i % 251);
        }

        return bytes;
    }

    public static byte[] Random(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
