using Consensus.Cryptography;

namespace Consensus.HotStuff.Messages;

/// <summary>One member's part of a <see cref="TimeoutCertificate"/>.</summary>
/// <param name="Signer">The member.</param>
/// <param name="High">The view of the highest certificate that it has named.</param>
/// <param name="Signature">Its signature.</param>
internal readonly record struct ReportedView(NodeId Signer, ViewNumber High, Signature Signature);
