using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Hybrid;

namespace Consensus.Hosting;

/// <summary>
/// Who signs for the nodes of this process, made from their settings. The keys are wiped when the host is disposed of, after its replicas have stopped.
/// </summary>
internal sealed class NodeIdentities : IDisposable
{
    // Of a member's statements about one block at most so many are seen singly and come back in a certificate: what it prepared, committed and certified.
    private const long StatementsPerBlock = 3;
    private const int VerifiedMin = 4096;

    private readonly SignatureLibrary _library;
    private readonly Lock _gate = new();
    private readonly List<Ed25519SigningKey> _keys = [];

    public NodeIdentities(SignatureLibrary library) => _library = library;

    /// <summary>Opens a node's signing key, and sets down who its group's members are.</summary>
    /// <param name="options">Valid settings of the node.</param>
    /// <param name="windowBlocks">How many blocks its engine has under way at most; so many certificates' signatures are remembered as valid.</param>
    /// <exception cref="ConsensusException">The key cannot be read, or is not this node's.</exception>
    public ByzantineIdentity Open(ConsensusOptions options, int windowBlocks)
    {
        var members = SignerSet.Create(MemberKeys.Of(options), faultsTolerated: 1);
        var domain = SigningDomain.Of(options.ClusterId, Epoch.Zero, members);
        return new ByzantineIdentity(options.Node, OpenKey(options), new StatementVerifier(domain, members, _library.Ed25519, Remember(windowBlocks, members.Count)));
    }

    /// <summary>Opens the signing key of a node whose group goes through several epochs.</summary>
    /// <inheritdoc cref="Open"/>
    public HybridIdentity OpenForEpochs(ConsensusOptions options) =>
        new(options.Node, OpenKey(options), _library.Ed25519, Remember(Math.Max(options.Pbft.WindowBlocks, options.HotStuff.WindowBlocks), options.Members.Count));

    private static VerifiedSignatures Remember(int windowBlocks, int members) =>
        new((int)Math.Clamp(StatementsPerBlock * windowBlocks * members, VerifiedMin, VerifiedSignatures.CapacityMax));

    private Ed25519SigningKey OpenKey(ConsensusOptions options)
    {
        var key = SigningKeyFile.Open(options.SigningKeyFile, _library.Ed25519);
        lock (_gate)
        {
            _keys.Add(key);
        }

        return key;
    }

    /// <summary>Wipes the keys.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _keys.ForEach(key => key.Dispose());
            _keys.Clear();
        }
    }
}
