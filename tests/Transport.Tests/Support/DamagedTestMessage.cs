using Consensus.Engine;

namespace Consensus.Transport.Tests;

/// <summary>Encodes to a frame that <see cref="TestCodec"/> does not decode.</summary>
internal sealed record DamagedTestMessage : ProtocolMessage;
