using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.HotStuff.Messages;

/// <summary>A replica's vote for a node, to the leader of the view that follows.</summary>
/// <param name="AfterLsn">What must be on disk first: the node, and that the replica has voted in its view.</param>
/// <param name="View">The view.</param>
/// <param name="Hash">The node.</param>
/// <param name="Signature">The sender's signature.</param>
internal sealed record NodeVote(Lsn AfterLsn, ViewNumber View, Digest Hash, Signature Signature) : PromiseMessage(AfterLsn);
