using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Pbft.Messages;

/// <summary>A block, and the proof that it is committed.</summary>
/// <param name="Block">The block; its batches need no signatures.</param>
/// <param name="Certificate">A quorum's commits; its statement has the number.</param>
internal sealed record CommittedBlock(Block Block, QuorumCertificate Certificate) : ProtocolMessage
{
    public SequenceNumber Number => Certificate.Statement.Sequence;
}
