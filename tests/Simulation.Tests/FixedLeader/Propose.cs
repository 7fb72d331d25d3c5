using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Simulation.Tests.FixedLeader;

/// <summary>
/// The leader gives an entry its place. It has signed the entry's chain hash, and so all of the log up to it. A promise: a leader that forgot it would give the place
/// to another.
/// </summary>
internal sealed record Propose(LogEntry Entry, Signature Signature, Lsn AfterLsn) : PromiseMessage(AfterLsn)
{
    /// <summary>The same place given to another payload, behind an entry with a chain hash.</summary>
    public Propose Instead(byte[] payload, Digest previous, Ballots ballots, ISigner signer)
    {
        var chain = new EntryChain().Next(previous, Entry.Index, Entry.Term, Entry.Kind, Entry.Time, payload);
        var entry = Entry with { Payload = payload, Chain = chain };
        return new Propose(entry, ballots.Proposal(entry.Index, chain).Sign(signer), Lsn.Zero);
    }
}
