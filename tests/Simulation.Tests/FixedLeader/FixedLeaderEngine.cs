using Consensus.Engine;

namespace Consensus.Simulation.Tests.FixedLeader;

/// <summary>
/// The smallest Byzantine engine: node 1 leads for good, and an entry is committed when a quorum has voted for the log up to it. Nobody votes for two
/// logs, so nothing forks with f Byzantine replicas, the leader among them; without an honest leader nothing happens either.
/// </summary>
internal sealed class FixedLeaderEngine(NodeId self, SimulatedProtocolContext context, QuorumRule quorum) : IEngine, IMessageVerifier
{
    public static readonly NodeId Leader = new(1);

    private readonly Ballots _ballots = new(context);

    public string Name => "fixed-leader";

    public ConsensusGuarantees Guarantees => ConsensusGuarantees.TotalOrder | ConsensusGuarantees.ByzantineTolerant;

    public IMessageCodec Codec { get; } = new FixedLeaderCodec();

    public IMessageVerifier Verifier => this;

    /// <summary>How the simulator runs it.</summary>
    /// <param name="quorum">How many votes it waits for, if not as many as it must.</param>
    public static SimulatedProtocol Protocol(QuorumRule? quorum = null) => new()
    {
        Name = "fixed-leader",
        Create = (self, context) => new FixedLeaderEngine(self, context, quorum ?? QuorumRule.Byzantine),
        FaultModel = FaultModel.Byzantine,
        Quorum = QuorumRule.Byzantine,
        NodesMin = 4,
        Survives = FaultSet.Everything.Without(FaultKind.Membership).Without(FaultKind.Transfer),
        IsIndispensable = static node => node == Leader,
    };

    public bool MarksCheckpoints => false;

    public IProtocolCore CreateCore(CoreContext core) => new FixedLeaderCore(self, core, context, _ballots, quorum.Size(context.Members.Count));

    public MessageVerdict Verify(NodeId sender, ProtocolMessage message, out string? defect)
    {
        defect = message switch
        {
            Propose propose when sender != Leader || !_ballots.IsValid(Leader, _ballots.Proposal(propose.Entry.Index, propose.Entry.Chain), propose.Signature) =>
                "The leader has not signed the proposal.",
            Vote vote when !_ballots.IsValid(sender, _ballots.Vote(vote.Index, vote.Chain), vote.Signature) => "The sender has not signed the vote.",
            Forward forward when !_ballots.IsValid(sender, _ballots.Request(forward.Kind, forward.Time, forward.Payload.Span), forward.Signature) => "The sender has not signed the request.",
            Forward { Kind: not (EntryKind.Command or EntryKind.NoOp) } => "Nobody asks for that.",
            _ => null,
        };
        return defect is null ? MessageVerdict.Accepted : MessageVerdict.Invalid;
    }
}
