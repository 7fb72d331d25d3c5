using Consensus.Byzantine;
using Consensus.Engine;

namespace Consensus.Adversary;

/// <summary>An engine whose cores lie, and which is honest otherwise.</summary>
internal sealed class EquivocatingEngine(IEngine engine, ByzantineIdentity identity) : IEngine
{
    public string Name => engine.Name;

    public ConsensusGuarantees Guarantees => engine.Guarantees;

    public bool MarksCheckpoints => engine.MarksCheckpoints;

    public bool AnnouncesLeaders => engine.AnnouncesLeaders;

    public IMessageCodec Codec => engine.Codec;

    public IMessageVerifier Verifier => engine.Verifier;

    public IProtocolCore CreateCore(CoreContext context) => new EquivocatingCore(engine.CreateCore(context), identity);
}
