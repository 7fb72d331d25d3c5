using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Chain;

namespace Consensus.HotStuff.Messages;

/// <summary>A replica has given up a term: it votes in no view up to the last one of it. To the leader of the next term.</summary>
/// <param name="AfterLsn">What must be on disk first.</param>
/// <param name="Last">The last view of the term.</param>
/// <param name="High">The highest certificate that the sender has, with the node and all before it.</param>
/// <param name="Signature">The sender's signature of the view, and of that of the certificate.</param>
internal sealed record TermTimeout(Lsn AfterLsn, ViewNumber Last, NodeCertificate High, Signature Signature) : PromiseMessage(AfterLsn)
{
    /// <summary>What a time-out says.</summary>
    public static Statement StatementOf(SigningDomain domain, ViewNumber last, ViewNumber high) =>
        new(domain, StatementKind.HotStuffTimeout, last, new SequenceNumber(high.Value), default);
}
