using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Hybrid.Messages;

/// <summary>What proves to anybody that a member is faulty, whoever sends it.</summary>
/// <param name="Epoch">The epoch.</param>
/// <param name="Evidence">The two statements.</param>
internal sealed record EvidenceNotice(EpochTag Epoch, EquivocationEvidence Evidence) : ProtocolMessage, IControlMessage;
