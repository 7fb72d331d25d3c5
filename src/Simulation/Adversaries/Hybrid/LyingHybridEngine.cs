using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.Hybrid;
using Consensus.Simulation.Adversaries.Hybrid;

namespace Consensus.Simulation;

/// <summary>
/// A hybrid's engine whose replica lies when it is told to, and is honest otherwise: for demonstrations and tests of real clusters, which detect it as they would any other liar.
/// </summary>
/// <param name="engine">What it is otherwise.</param>
/// <param name="identity">The replica, with its own key: it has no other.</param>
/// <param name="lies">What it does besides.</param>
public sealed class LyingHybridEngine(HybridEngine engine, HybridIdentity identity, HybridLies lies) : IEngine
{
    /// <inheritdoc/>
    public string Name => engine.Name;

    /// <inheritdoc/>
    public ConsensusGuarantees Guarantees => engine.Guarantees;

    /// <inheritdoc/>
    public bool MarksCheckpoints => engine.MarksCheckpoints;

    /// <inheritdoc/>
    public bool AnnouncesLeaders => ((IEngine)engine).AnnouncesLeaders;

    /// <inheritdoc/>
    public IMessageCodec Codec => engine.Codec;

    /// <inheritdoc/>
    public IMessageVerifier Verifier => engine.Verifier;

    /// <inheritdoc/>
    public SignedReply? Sign(ReplyContent content) => engine.Sign(content);

    /// <inheritdoc/>
    public IProtocolCore CreateCore(CoreContext context) => new LyingHybridCore((HybridCore)engine.CreateCore(context), identity, lies);
}
