using Consensus.Cryptography;

namespace Consensus.Hosting;

/// <summary>The library that signs and checks signatures, loaded once for the process, when it is first needed or asked for. A node that signs nothing does without, as long as no client signs anything either.</summary>
internal sealed class SignatureLibrary : ISignatureVerifier
{
    private readonly Lazy<Ed25519> _library;

    /// <param name="load">Loads it; throws a <see cref="ConsensusException"/> that says how to install one.</param>
    public SignatureLibrary(Func<Ed25519> load) => _library = new Lazy<Ed25519>(load);

    /// <summary>The library.</summary>
    /// <exception cref="ConsensusException">The machine has none.</exception>
    public Ed25519 Ed25519 => _library.Value;

    /// <summary>Whether the machine has one.</summary>
    public bool IsThere
    {
        get
        {
            try
            {
                return _library.Value is not null;
            }
            catch (ConsensusException)
            {
                // What it says is said to whoever cannot do without.
                return false;
            }
        }
    }

    /// <inheritdoc/>
    public bool Verify(in PublicKey key, ReadOnlySpan<byte> message, in Signature signature) => Ed25519.Verify(key, message, signature);
}
