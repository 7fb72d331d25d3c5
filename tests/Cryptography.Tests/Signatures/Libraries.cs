namespace Consensus.Cryptography.Tests;

/// <summary>The libraries that this machine has. What needs the others is ignored, with the reason.</summary>
internal static class Libraries
{
    public static Ed25519Library[] All => Enum.GetValues<Ed25519Library>();

    public static Ed25519 Need(Ed25519Library library)
    {
        try
        {
            return Ed25519.Load(library);
        }
        catch (ConsensusException exception)
        {
            Assert.Ignore(exception.Message);
            throw;
        }
    }
}
