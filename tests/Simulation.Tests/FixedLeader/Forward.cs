using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Simulation.Tests.FixedLeader;

/// <summary>A replica asks the leader to order something, and signs for it: it answers for what its callers asked.</summary>
internal sealed record Forward(EntryKind Kind, Timestamp Time, ReadOnlyMemory<byte> Payload, Signature Signature) : ProtocolMessage;
