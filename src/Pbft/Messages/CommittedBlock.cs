using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Pbft.Messages;

/// <summary>A block, and the proof that it is committed.</summary>
/// <param name="Block">The block; its batches need no signatures.</param>
/// <param name="Certificate">A quorum's commits; its statement has the number.</param>
/// <param name="HasMore">Whether its sender has more of them, and sends them when it hears that this one has come.</param>
internal sealed record CommittedBlock(Block Block, QuorumCertificate Certificate, bool HasMore = false) : ProtocolMessage
{
    public SequenceNumber Number => Certificate.Statement.Sequence;
}
