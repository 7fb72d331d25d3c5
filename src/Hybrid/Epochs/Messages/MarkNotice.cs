using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>A leader of Raft has marked its log at a place. Whoever has it may pass it on: it is the leader who has signed it.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Leader">The leader.</param>
/// <param name="Position">The place: in one term, a leader has one entry there, and one history before it.</param>
/// <param name="Signature">The leader's signature.</param>
internal sealed record MarkNotice(EpochTag Epoch, NodeId Leader, LogPosition Position, Signature Signature) : ProtocolMessage, IFloorMessage;
