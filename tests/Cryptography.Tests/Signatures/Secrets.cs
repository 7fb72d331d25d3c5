namespace Consensus.Cryptography.Tests;

internal static class Secrets
{
    /// <summary>That a text has no part of a secret, in any form in which bytes are usually printed.</summary>
    public static void AssertNoneIn(string text, byte[] secret)
    {
        for (var start = 0; start + 6 <= secret.Length; start++)
        {
            var part = secret.AsSpan(start, 6);
            Assert.That(text, Does.Not.Contain(Convert.ToHexString(part)).IgnoreCase);
            Assert.That(text, Does.Not.Contain(Convert.ToBase64String(part)[..8]));
            Assert.That(text, Does.Not.Contain(string.Join(", ", part.ToArray())));
        }
    }
}
