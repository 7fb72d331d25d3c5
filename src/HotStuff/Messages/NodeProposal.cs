using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Chain;

namespace Consensus.HotStuff.Messages;

/// <summary>The leader's proposal in a view.</summary>
/// <param name="AfterLsn">What must be on disk first: that the replica leads the term.</param>
/// <param name="Node">The node.</param>
/// <param name="Block">Its block.</param>
/// <param name="Timeouts">Why the view follows, if not from the parent's.</param>
/// <param name="Signature">The leader's signature of view and node.</param>
internal sealed record NodeProposal(Lsn AfterLsn, Node Node, Block Block, TimeoutCertificate? Timeouts, Signature Signature) : PromiseMessage(AfterLsn);
