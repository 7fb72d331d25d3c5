using Consensus.Engine;

namespace Consensus.Raft.Messages;

/// <summary>A part of the leader's snapshot, for a follower that needs entries the leader has no more (section 7).</summary>
internal sealed record SnapshotChunk(Term Term, SnapshotDescriptor Snapshot, long Offset, ReadOnlyMemory<byte> Data) : ProtocolMessage, IRaftMessage;
